import type { State } from 'yaoshi-miniprogram';
import { button, element } from '../dom.js';
import { setText, type Text, within } from '../language/language.js';
import { describe } from '../traffic/errors.js';
import { ACTIONS, type Action, type Day, type Phone, type PhoneListener, type PhoneName } from './phone.js';
import { stepChart } from './step-chart.js';

/** The screen of a phone. */
export class Screen implements PhoneListener {
  readonly root: HTMLElement;
  readonly #state = element('p', { class: 'state', text: 'state.starting' });
  readonly #picture = element('span', { class: 'picture' });
  readonly #person = element('p', { class: 'person', text: 'phone.unregistered' });
  readonly #session = element('p', { class: 'session' });
  readonly #steps = element('div');
  readonly #outcome = element('p', { class: 'outcome' });
  readonly #phone: () => Phone;
  #running = 0;

  /** `phone` is called at every tap, because starting over replaces the phone. */
  constructor(name: PhoneName, phone: () => Phone) {
    this.#phone = phone;
    const heading = element('h3', { class: 'phone-name', text: name === 'phone-1' ? 'phone.1' : 'phone.2' });
    heading.id = `${name}-name`;
    this.#picture.ariaHidden = 'true';
    this.#outcome.setAttribute('role', 'status');
    const bar = element('div', { class: 'phone-bar', children: [heading] });
    const card = element('div', {
      class: 'card',
      children: [this.#picture, element('div', { class: 'who', children: [this.#person, this.#session] })],
    });
    const actions = element('div', {
      class: 'actions',
      children: ACTIONS.map((action) => this.#button(action)),
    });
    const contents = [bar, this.#state, card, actions, this.#outcome, this.#steps];
    this.root = element('section', { class: 'phone', children: contents });
    this.root.id = name;
    this.root.setAttribute('aria-labelledby', heading.id);
    this.reset();
  }

  /** Resets the screen to that of a new phone. */
  reset(): void {
    this.stateChanged({ kind: 'starting' });
    this.#steps.replaceChildren();
    this.#outcome.textContent = '';
    delete this.#outcome.dataset.text;
    this.#outcome.classList.remove('bad');
  }

  stateChanged(state: State): void {
    setText(this.#state, { key: `state.${state.kind}` });
    this.#state.dataset.state = state.kind;
    this.#session.textContent = 'sessionId' in state ? `${state.sessionId.slice(0, 13)}…` : '';
    const nickname = state.kind === 'registered' ? (state.user.nickname ?? '') : undefined;
    this.#picture.textContent = nickname?.slice(0, 1) ?? '';
    this.#picture.classList.toggle('known', nickname !== undefined);
    if (nickname === undefined) {
      setText(this.#person, { key: 'phone.unregistered' });
    } else {
      delete this.#person.dataset.text;
      this.#person.textContent = nickname;
    }
  }

  stepsDecrypted(days: readonly Day[]): void {
    this.#steps.replaceChildren(stepChart(days));
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
    try {
      this.showOutcome(await phone.run(action));
      return undefined;
    } catch (error) {
      this.showOutcome(within('failed.action', describe(error)), true);
      return error;
    } finally {
      this.#busy(-1);
    }
  }

  #button(action: Action): HTMLButtonElement {
    const created = button(`action.${action}`, () => void this.tap(action), 'button act');
    created.dataset.action = action;
    return created;
  }

  #busy(change: number): void {
    this.#running += change;
    this.root.ariaBusy = String(this.#running > 0);
  }
}
