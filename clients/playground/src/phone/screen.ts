import { button, element, explained, setReason } from '../dom.js';
import { setText, type Text, type TextKey, within } from '../language/language.js';
import { describe } from '../traffic/errors.js';
import { Countdown } from './countdown.js';
import { ACTIONS, type Action, type Day, type Phone, type PhoneListener, type PhoneName } from './phone.js';
import { reasonAgainst, type Status } from './status.js';
import { stepChart } from './step-chart.js';

/** The screen of a phone. */
export class Screen implements PhoneListener {
  readonly root: HTMLElement;
  readonly #state = element('p', { class: 'state' });
  readonly #source = element('p', { class: 'source' });
  readonly #picture = element('span', { class: 'picture' });
  readonly #person = element('p', { class: 'person' });
  readonly #session = element('p', { class: 'session' });
  readonly #steps = element('div');
  readonly #outcome = element('p', { class: 'outcome' });
  readonly #countdown = new Countdown();
  readonly #buttons = new Map<Action, HTMLButtonElement>();
  readonly #phone: () => Phone;
  readonly #onStatus: () => void;
  #status: Status | undefined;
  #isPlaying = false;
  #running = 0;

  /**
   * `phone` is called at every tap, because starting over replaces the phone. `onStatus` is called after every
   * change of the status.
   */
  constructor(name: PhoneName, phone: () => Phone, onStatus: () => void) {
    this.#phone = phone;
    this.#onStatus = onStatus;
    const heading = element('h3', { class: 'phone-name', text: name === 'phone-1' ? 'phone.1' : 'phone.2' });
    heading.id = `${name}-name`;
    this.#picture.setAttribute('aria-hidden', 'true');
    this.#outcome.setAttribute('role', 'status');
    const bar = element('div', { class: 'phone-bar', children: [heading, this.#state, this.#source] });
    const card = element('div', {
      class: 'card',
      children: [this.#picture, element('div', { class: 'who', children: [this.#person, this.#session] })],
    });
    const actions = element('div', {
      class: 'actions',
      children: ACTIONS.map((action) => this.#button(action)),
    });
    const report = element('div', { class: 'report', children: [this.#outcome, this.#countdown.root] });
    this.root = element('section', { class: 'phone', children: [bar, card, actions, report, this.#steps] });
    this.root.id = name;
    this.root.setAttribute('aria-labelledby', heading.id);
  }

  /** Resets the screen to that of a new phone. */
  reset(): void {
    this.#steps.replaceChildren();
    this.#outcome.textContent = '';
    delete this.#outcome.dataset.text;
    this.#outcome.classList.remove('bad');
    this.#running = 0;
    this.#busy(0);
  }

  statusChanged(status: Status): void {
    const { kind, source, sessionId, user, refusal } = status;
    setText(this.#state, { key: refusal === undefined ? `state.${kind}` : 'state.ended' });
    this.#state.dataset.state = refusal === undefined ? kind : 'ended';
    setText(this.#source, source);
    this.#session.textContent = sessionId === undefined ? '' : `${sessionId.slice(0, 13)}…`;
    this.#picture.textContent = user?.nickname?.slice(0, 1) ?? '';
    this.#picture.classList.toggle('known', user !== undefined);
    if (user === undefined) {
      setText(this.#person, { key: kind === 'unregistered' ? 'phone.unregistered' : 'phone.nobody' });
    } else {
      delete this.#person.dataset.text;
      this.#person.textContent = user.nickname ?? '';
      if (!user.nickname) {
        setText(this.#person, { key: 'phone.nameless' });
      }
    }
    this.#status = status;
    this.#updateButtons();
    this.#onStatus();
  }

  /** Reserves the phone for a scenario, or releases it. */
  setPlaying(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.#updateButtons();
  }

  stepsDecrypted(days: readonly Day[]): void {
    this.#steps.replaceChildren(stepChart(days));
  }

  retryAnnounced(seconds: number | undefined): void {
    if (seconds === undefined || this.#running === 0) {
      this.#countdown.stop();
    } else {
      this.#countdown.start(seconds);
    }
  }

  /** Shows the outcome of an action. */
  showOutcome(text: Text, isBad = false): void {
    this.#outcome.classList.toggle('bad', isBad);
    setText(this.#outcome, text);
  }

  /** Runs a button's action and shows its outcome. Returns the error, if there is one. */
  async tap(action: Action): Promise<unknown> {
    const phone = this.#phone();
    this.#busy(+1);
    this.showOutcome({ key: 'phone.busy' });
    const [outcome] = await Promise.allSettled([phone.run(action)]);
    if (phone !== this.#phone()) {
      return undefined;
    }
    this.#busy(-1);
    if (outcome.status === 'rejected') {
      this.showOutcome(within('failed.action', describe(outcome.reason)), true);
      return outcome.reason;
    }
    if (outcome.value !== undefined) {
      this.showOutcome(outcome.value);
    }
    return undefined;
  }

  #button(action: Action): HTMLElement {
    const created = button(labelOf(action), () => void this.tap(action), 'button act');
    created.dataset.action = action;
    this.#buttons.set(action, created);
    return explained(created);
  }

  #updateButtons(): void {
    for (const [action, button] of this.#buttons) {
      const reason = this.#status && reasonAgainst(action, this.#status);
      setReason(button, this.#isPlaying ? 'why.playing' : reason);
      setText(button, { key: labelOf(action, this.#status) });
    }
  }

  #busy(change: number): void {
    this.#running += change;
    this.root.setAttribute('aria-busy', String(this.#running > 0));
    if (this.#running === 0) {
      this.#countdown.stop();
    }
  }
}

/** The text of a button. The phone button registers strangers, and binds the numbers of users. */
function labelOf(action: Action, status?: Status): TextKey {
  if (action !== 'phone') {
    return `action.${action}`;
  }
  return status?.kind === 'registered' ? 'action.bind_phone' : 'action.register_by_phone';
}
