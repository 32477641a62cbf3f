import { byId } from './dom.js';
import { Faults } from './faults/faults.js';
import { faultPanel, type GlobalActions, showArmed } from './faults/panel.js';
import type { TextKey } from './language/language.js';
import { Phone, type PhoneName } from './phone/phone.js';
import { Screen } from './phone/screen.js';
import { bindScenarioButtons } from './scenarios/scenarios.js';
import type { Settings } from './settings.js';
import { reportErrors } from './traffic/errors.js';
import { trafficRecorder } from './traffic/recorder.js';
import type { Traffic } from './traffic/traffic.js';
import { WeChatClock } from './wechat/clock.js';
import { CallLogPoller } from './wechat/platform-watcher.js';
import { Simulator } from './wechat/simulator.js';

const NAMES: readonly PhoneName[] = ['phone-1', 'phone-2'];

/** How far to advance the clock past the end of a session, in milliseconds. */
const EXPIRY_MARGIN = 1000;

/** The WeChat user who owns the phones. */
const WECHAT_USER = { nickname: '小钥匙', city: 'Guangzhou' };

/** The playground: one WeChat user, two phones, and the faults. */
export class Playground implements GlobalActions {
  readonly #settings: Settings;
  readonly #traffic: Traffic;
  readonly #simulator: Simulator;
  readonly #platform: CallLogPoller;
  readonly #faults: Faults;
  readonly #clock: WeChatClock;
  readonly #screens: ReadonlyMap<PhoneName, Screen>;
  readonly #phones = new Map<PhoneName, Phone>();

  constructor(settings: Settings, traffic: Traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.#simulator = new Simulator(settings.wechat);
    this.#clock = new WeChatClock(this.#simulator);
    this.#platform = new CallLogPoller(this.#simulator, traffic, () => this.#faults.platformFaultTriggered());
    this.#faults = new Faults(this.#simulator, traffic, this.#platform, settings.appId, showArmed);
    this.#screens = new Map(NAMES.map((name) => [name, new Screen(name, () => this.#phone(name))]));
    byId('phones').append(...[...this.#screens.values()].map(({ root }) => root));
    faultPanel(this.#faults, this, traffic, settings.isClockShared);
    bindScenarioButtons({
      settings,
      traffic,
      faults: this.#faults,
      screen: this.#screen('phone-1'),
      startOver: () => this.startOver(),
    });
    byId('over').addEventListener('click', () => void reportErrors(traffic, () => this.startOver()));
  }

  /** Creates a new WeChat user with new phones and clears the diagram. Returns the first phone. */
  async startOver(): Promise<Phone> {
    const userId = await this.#simulator.createUser(WECHAT_USER);
    await Promise.all([this.#faults.reset(userId), this.#platform.reset(), this.#clock.read()]);
    this.#traffic.clear();
    for (const name of NAMES) {
      this.#phones.get(name)?.close();
      const interceptors = [this.#faults.interceptor(), trafficRecorder(name, this.#traffic, this.#platform)];
      const screen = this.#screen(name);
      screen.reset();
      this.#phones.set(name, new Phone(name, userId, this.#settings, interceptors, screen));
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
    const remaining = Math.max(...ends) - (await this.#simulator.now()) + EXPIRY_MARGIN;
    await this.advance(Math.ceil(Math.max(remaining, 0) / 1000), 'note.expire');
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
    return defined(this.#phones.get(name), name);
  }

  #screen(name: PhoneName): Screen {
    return defined(this.#screens.get(name), name);
  }
}

function defined<T>(value: T | undefined, name: string): T {
  if (value === undefined) {
    throw new Error(`there is no ${name} yet`);
  }
  return value;
}
