import { button } from '../dom.js';
import { text } from '../language/language.js';
import type { View } from '../view.js';
import { ask } from './dialog.js';

interface Redelivery<T> {
  readonly id: string | number;
  /** The button's name for screen readers, which tells it from those of other rows. */
  readonly label: string;
  readonly title: string;
  readonly what: string;
  readonly run: () => Promise<T>;
  /** Shows the message as it has become. */
  readonly changed: (sent: T) => void;
}

/** A button that has a message sent again, after a question. */
export function redeliverButton<T>(view: View, redelivery: Redelivery<T>): HTMLButtonElement {
  const { id, label, title, what, run, changed } = redelivery;
  const askFirst = () =>
    ask(view, {
      title,
      what,
      confirm: text('delivery.redeliver'),
      busy: text('delivery.redeliver_busy'),
      run,
      done: (sent) => {
        changed(sent);
        view.announce(text('delivery.redeliver_done'));
      },
    });
  return button(text('delivery.redeliver'), askFirst, { id: `redeliver-${id}`, 'aria-label': label });
}
