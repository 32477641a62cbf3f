import { part } from './element.js';
import type { TextKey } from './language/language.js';
import { Mischief } from './mischief/mischief.js';
import { type Everywhere, mischiefPanel, showArmed } from './mischief/panel.js';
import { Phone, type PhoneName } from './phone/phone.js';
import { Screen } from './phone/screen.js';
import { scenarioButtons, withdrawVerdict } from './scenarios/scenarios.js';
import type { Settings } from './settings.js';
import { attempt } from './traffic/attempt.js';
import { writtenDown } from './traffic/tap.js';
import type { Traffic } from './traffic/traffic.js';
import { WeChatClock } from './wechat/clock.js';
import { WatchedCalls } from './wechat/platform-calls.js';
import { Simulator } from './wechat/simulator.js';

const NAMES: readonly PhoneName[] = ['phone-1', 'phone-2'];

/** Beyond the end of a session, in milliseconds. */
const MARGIN = 1000;

/** The person whose phones these are. */
const PERSON = { nickname: '小钥匙', city: 'Guangzhou' };

/** One person, two phones, and what may happen to them. */
export class Playground implements Everywhere {
  readonly #settings: Settings;
  readonly #traffic: Traffic;
  readonly #simulator: Simulator;
  readonly #calls: WatchedCalls;
  readonly #mischief: Mischief;
  readonly #clock: WeChatClock;
  readonly #screens: ReadonlyMap<PhoneName, Screen>;
  readonly #phones = new Map<PhoneName, Phone>();

  constructor(settings: Settings, traffic: Traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.#simulator = new Simulator(settings.wechat);
    this.#clock = new WeChatClock(this.#simulator);
    this.#calls = new WatchedCalls(this.#simulator, traffic, () => this.#mischief.metFault());
    this.#mischief = new Mischief(this.#simulator, traffic, this.#calls, settings.appId, showArmed);
    this.#screens = new Map(NAMES.map((name) => [name, new Screen(name, () => this.#phone(name))]));
    part('phones').append(...[...this.#screens.values()].map(({ root }) => root));
    mischiefPanel(this.#mischief, this, traffic, settings.isClockShared);
    scenarioButtons({
      settings,
      traffic,
      mischief: this.#mischief,
      screen: this.#screen('phone-1'),
      startOver: () => this.startOver(),
    });
    part('over').addEventListener('click', () => void attempt(traffic, () => this.startOver()));
  }

  /** A new person with new phones, and nothing on the drawing. Answers the first phone. */
  async startOver(): Promise<Phone> {
    const userId = await this.#simulator.createUser(PERSON);
    await Promise.all([this.#mischief.begin(userId), this.#calls.begin(), this.#clock.read()]);
    withdrawVerdict();
    this.#traffic.clear();
    for (const name of NAMES) {
      this.#phones.get(name)?.close();
      const taps = [this.#mischief.tap(), writtenDown(name, this.#traffic, this.#calls)];
      const screen = this.#screen(name);
      screen.wipe();
      this.#phones.set(name, new Phone(name, userId, this.#settings, taps, screen));
    }
    this.#traffic.note({ key: 'note.started' }, 'step');
    return this.#phone('phone-1');
  }

  async expire(): Promise<void> {
    const ends = this.#sessions().map(({ expiresAt }) => expiresAt);
    if (ends.length === 0) {
      this.#traffic.note({ key: 'note.nothing_to_expire' }, 'step');
      return;
    }
    const left = Math.max(...ends) - (await this.#simulator.now()) + MARGIN;
    await this.advance(Math.ceil(Math.max(left, 0) / 1000), 'note.expire');
  }

  async revoke(): Promise<void> {
    const sessions = this.#sessions();
    if (sessions.length === 0) {
      this.#traffic.note({ key: 'note.nothing_to_expire' }, 'step');
      return;
    }
    const end = ({ token }: { token: string }) =>
      fetch(`${this.#settings.yaoshi}/v1/session`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token}` },
      });
    await Promise.all(sessions.map(end));
    this.#traffic.note({ key: 'note.revoke' });
  }

  async advance(seconds: number, note: TextKey): Promise<void> {
    await this.#clock.advance(seconds);
    this.#traffic.note({ key: note });
  }

  #sessions() {
    return [...this.#phones.values()].flatMap(({ session }) => session ?? []);
  }

  #phone(name: PhoneName): Phone {
    return found(this.#phones.get(name), name);
  }

  #screen(name: PhoneName): Screen {
    return found(this.#screens.get(name), name);
  }
}

function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) {
    throw new Error(`there is no ${name} yet`);
  }
  return thing;
}
