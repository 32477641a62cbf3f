import { type State, YaoshiError } from 'yaoshi-miniprogram';
import { button, element } from '../element.js';
import { label, put, type Text } from '../language/language.js';
import { ACTIONS, type Action, type Day, type Phone, type PhoneName, type PhoneWatcher } from './phone.js';

/** Steps are drawn for as many days. */
const DAYS = 7;

/** What one sees of a phone. */
export class Screen implements PhoneWatcher {
  readonly root: HTMLElement;
  readonly #state = element('p', { class: 'state', text: 'state.starting' });
  readonly #picture = element('span', { class: 'picture' });
  readonly #person = element('p', { class: 'person', text: 'phone.nobody' });
  readonly #session = element('p', { class: 'session' });
  readonly #steps = element('ol', { class: 'steps' });
  readonly #outcome = element('p', { class: 'outcome' });
  readonly #phone: () => Phone;
  #underWay = 0;

  /** `phone` is asked at every tap: whoever starts over puts another one in its place. */
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
    const glass = [bar, this.#state, card, actions, this.#outcome, this.#steps];
    this.root = element('section', { class: 'phone', children: glass });
    this.root.id = name;
    this.root.setAttribute('aria-labelledby', heading.id);
    this.wipe();
  }

  /** As a phone is when it is new. */
  wipe(): void {
    this.stateChanged({ kind: 'starting' });
    this.#steps.hidden = true;
    this.#outcome.textContent = '';
    delete this.#outcome.dataset.text;
    this.#outcome.classList.remove('bad');
  }

  stateChanged(state: State): void {
    put(this.#state, { key: `state.${state.kind}` });
    this.#state.dataset.state = state.kind;
    this.#session.textContent = 'sessionId' in state ? `${state.sessionId.slice(0, 13)}…` : '';
    const nickname = state.kind === 'registered' ? (state.user.nickname ?? '') : undefined;
    this.#picture.textContent = nickname?.slice(0, 1) ?? '';
    this.#picture.classList.toggle('known', nickname !== undefined);
    if (nickname === undefined) {
      put(this.#person, { key: 'phone.nobody' });
    } else {
      delete this.#person.dataset.text;
      this.#person.textContent = nickname;
    }
  }

  stepsDecrypted(days: readonly Day[]): void {
    const last = days.slice(-DAYS);
    const most = Math.max(1, ...last.map(({ step }) => step));
    label(this.#steps, 'phone.steps');
    this.#steps.hidden = false;
    this.#steps.replaceChildren(
      ...last.map(({ step }) => {
        const bar = element('li', {
          children: [element('span', { class: 'hidden', literal: String(step) })],
        });
        bar.style.setProperty('--share', String(step / most));
        bar.title = String(step);
        return bar;
      }),
    );
  }

  /** Says how it went. */
  say(text: Text, isBad = false): void {
    this.#outcome.classList.toggle('bad', isBad);
    put(this.#outcome, text);
  }

  /** How the last thing went, in words. */
  get told(): string {
    return this.#outcome.textContent ?? '';
  }

  /** Does what was tapped, and says how it went. */
  async tap(action: Action): Promise<void> {
    const phone = this.#phone();
    this.#busy(+1);
    this.say({ key: 'phone.busy' });
    try {
      this.say(await phone.act(action));
    } catch (error) {
      this.say(failure(error), true);
    } finally {
      this.#busy(-1);
    }
  }

  #button(action: Action): HTMLButtonElement {
    const made = button(`action.${action}`, () => void this.tap(action), 'button act');
    made.dataset.action = action;
    return made;
  }

  #busy(change: number): void {
    this.#underWay += change;
    this.root.ariaBusy = String(this.#underWay > 0);
  }
}

function failure(error: unknown): Text {
  const code = error instanceof YaoshiError ? error.code : 'unexpected';
  const detail = error instanceof Error ? error.message : String(error);
  return { key: 'failed.action', values: { code, detail } };
}
