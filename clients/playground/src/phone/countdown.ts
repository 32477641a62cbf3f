import { element } from '../dom.js';
import { setText } from '../language/language.js';

/** The client waits longer than asked by up to this share of the delay, at random. */
const JITTER = 0.25;

/** Counts down to a phone's next attempt. */
export class Countdown {
  /** A timer: screen readers do not read out every second. */
  readonly root = element('p', { class: 'countdown' });
  #timer: number | undefined;

  constructor() {
    this.root.setAttribute('role', 'timer');
    this.stop();
  }

  start(seconds: number): void {
    this.stop();
    const end = Date.now() + 1000 * seconds;
    const more = String(Math.ceil(seconds * JITTER));
    const show = () => {
      const remaining = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setText(this.root, { key: 'phone.retry', values: { seconds: String(remaining), more } });
    };
    show();
    this.root.hidden = false;
    this.#timer = window.setInterval(show, 1000);
  }

  stop(): void {
    window.clearInterval(this.#timer);
    this.root.hidden = true;
  }
}
