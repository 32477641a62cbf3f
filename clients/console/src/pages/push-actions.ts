import type { Push, PushContent } from '../api/bodies.js';
import { button, type Child, html } from '../dom.js';
import { dateTime } from '../format.js';
import { text } from '../language/language.js';
import { ask, tell } from '../parts/dialog.js';
import { redeliverButton } from '../parts/redeliver.js';
import type { View } from '../view.js';

/** The states of messages that are for a back end. */
const FOR_BACK_END: ReadonlySet<string> = new Set(['waiting', 'delivered', 'undelivered']);

/** What an operator can do about a message. `changed` shows the message as it has become. */
export function pushActions(view: View, push: Push, changed: (push: Push) => void): HTMLElement {
  const words = { event: push.event, time: dateTime(push.at) };
  const show = button(text('pushes.show'), () => askToShow(view, push), {
    id: `show-${push.id}`,
    'aria-label': text('pushes.show_of', words),
  });
  const redeliver = redeliverButton(view, {
    id: push.id,
    label: text('pushes.redeliver_of', words),
    title: text('pushes.redeliver_title', { event: push.event }),
    what: text(push.state === 'delivered' ? 'pushes.redeliver_delivered' : 'pushes.redeliver_what'),
    run: () => view.api.redeliverPush(push.id),
    changed,
  });
  return html('div', { class: 'row-actions' }, show, FOR_BACK_END.has(push.state) ? redeliver : undefined);
}

function askToShow(view: View, { id, event }: Push): void {
  ask(view, {
    title: text('pushes.show_title', { event }),
    what: text('pushes.show_what'),
    confirm: text('pushes.show'),
    busy: text('pushes.show_busy'),
    run: () => view.api.pushContent(id),
    done: (content) => tell(view, event, ...contentOf(content)),
  });
}

function contentOf({ message, answer }: PushContent): Child[] {
  return [
    html('p', { class: 'hint' }, text('pushes.shown')),
    ...part('message', text('pushes.message'), message, text('pushes.no_message')),
    ...part('answer', text('pushes.answer'), answer, text('pushes.no_answer')),
  ];
}

function part(name: string, title: string, words: string | undefined, none: string): Child[] {
  const id = `push-${name}`;
  const attributes = { id, tabindex: 0, role: 'region', 'aria-labelledby': `${id}-title`, translate: 'no' };
  return [
    html('h3', { id: `${id}-title` }, title),
    words === undefined ? html('p', { id }, none) : html('pre', attributes, words),
  ];
}
