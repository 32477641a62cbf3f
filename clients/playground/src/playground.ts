import type { Interceptor } from 'simulated-wx';
import { BackEnd } from './back-end/back-end.js';
import { bindClick, byId } from './dom.js';
import { ArmedList } from './faults/armed-list.js';
import { type ArmedFaults, Faults } from './faults/faults.js';
import { FaultPanel, type GlobalActions } from './faults/panel.js';
import type { TextKey } from './language/language.js';
import { describeKnown } from './phone/known.js';
import { PHONE_NAMES, Phone, type PhoneName } from './phone/phone.js';
import { Screen } from './phone/screen.js';
import { Pushes } from './pushes/pushes.js';
import { PushWatcher } from './pushes/watcher.js';
import { Scenarios } from './scenarios/scenarios.js';
import { Tour } from './scenarios/tour.js';
import type { Settings } from './settings.js';
import { reportErrors } from './traffic/errors.js';
import { trafficRecorder } from './traffic/recorder.js';
import type { Traffic } from './traffic/traffic.js';
import { WeChatClock } from './wechat/clock.js';
import { CallLogPoller } from './wechat/platform-watcher.js';
import { Simulator } from './wechat/simulator.js';

/** How far to advance the clock past the end of a session, in milliseconds. */
const EXPIRY_MARGIN = 1000;

/** The WeChat user who owns the phones. */
const WECHAT_USER = { nickname: '小钥匙', city: 'Guangzhou' };

/** The event that the user deleted the WeChat account. */
const CANCELLATION = 'user_authorization_cancellation';

/** The playground: one WeChat user, two phones, and the faults. */
export class Playground implements GlobalActions {
  readonly #settings: Settings;
  readonly #traffic: Traffic;
  readonly #simulator: Simulator;
  readonly #platform: CallLogPoller;
  readonly #faults: Faults;
  readonly #pushWatcher: PushWatcher;
  readonly #pushes: Pushes;
  readonly #panel: FaultPanel;
  readonly #armedList: ArmedList;
  readonly #scenarios: Scenarios;
  readonly #tour: Tour;
  readonly #clock: WeChatClock;
  readonly #backEnd: BackEnd | undefined;
  readonly #screens: ReadonlyMap<PhoneName, Screen>;
  readonly #phones = new Map<PhoneName, Phone>();
  #armed: ArmedFaults = { once: [], platform: [] };

  constructor(settings: Settings, traffic: Traffic) {
    this.#settings = settings;
    this.#traffic = traffic;
    this.#simulator = new Simulator(settings.wechat);
    this.#clock = new WeChatClock(this.#simulator);
    this.#platform = new CallLogPoller(this.#simulator, traffic, () => this.#faults.platformFaultTriggered());
    this.#backEnd = settings.backEnd && new BackEnd(settings.backEnd, settings, traffic, this.#platform);
    this.#faults = new Faults(this.#simulator, traffic, this.#platform, settings.appId, (armed) =>
      this.#showArmed(armed),
    );
    this.#pushWatcher = new PushWatcher(this.#simulator, traffic, this.#clock, settings.appId, (events) => {
      void reportErrors(traffic, () => this.#reportKnown(events));
    });
    this.#pushes = new Pushes(this.#simulator, traffic, this.#faults, this.#pushWatcher, settings.appId);
    this.#panel = new FaultPanel(this.#faults, this, this.#pushes, traffic);
    this.#armedList = new ArmedList(this.#faults, traffic);
    this.#screens = new Map(
      PHONE_NAMES.map((name) => [
        name,
        new Screen(
          name,
          () => this.#phone(name),
          () => this.#updatePanel(),
        ),
      ]),
    );
    byId('phones').append(...[...this.#screens.values()].map(({ root }) => root));
    this.#scenarios = new Scenarios({
      traffic,
      faults: this.#faults,
      phone: (name) => this.#phone(name),
      screen: (name) => this.#screen(name),
      startOver: (keepsMessages) => this.#newUser(keepsMessages),
    });
    this.#tour = new Tour(this.#scenarios, WECHAT_USER.nickname);
    bindClick(byId<HTMLButtonElement>('over'), () => void reportErrors(traffic, () => this.startOver()));
  }

  /** Creates a new WeChat user with new phones, clears the diagram, and stops what plays. */
  async startOver(): Promise<void> {
    this.#tour.close();
    this.#scenarios.hold();
    try {
      await this.#newUser(false);
    } finally {
      this.#scenarios.reset();
    }
  }

  /** Plays the tour if the address of the page asks for it. */
  followAddress(): void {
    this.#tour.followAddress();
  }

  async #newUser(keepsMessages: boolean): Promise<void> {
    const openid = newOpenid();
    const openids = { [this.#settings.appId]: openid };
    const userId = await this.#simulator.createUser({ ...WECHAT_USER, openids });
    for (const phone of this.#phones.values()) {
      phone.close();
    }
    await Promise.all([this.#faults.reset(userId), this.#platform.reset(), this.#clock.read()]);
    this.#pushes.reset(userId, openid);
    if (!keepsMessages) {
      this.#traffic.clear();
    }
    for (const name of PHONE_NAMES) {
      const screen = this.#screen(name);
      screen.reset();
      const interceptorsOf = (closed: AbortSignal) => [
        this.#watchPushes,
        this.#faults.interceptor(closed),
        trafficRecorder(name, this.#traffic, this.#platform, closed),
      ];
      this.#phones.set(name, new Phone(name, userId, this.#settings, interceptorsOf, this.#backEnd, screen));
    }
    this.#scenarios.reset();
    this.#updatePanel();
    this.#traffic.note({ key: 'note.started' }, 'step');
  }

  async expire(): Promise<void> {
    // Use of a session postpones its end.
    await this.#askAboutSessions();
    const ends = this.#sessions().map(({ expiresAt }) => expiresAt);
    const remaining = Math.max(...ends, 0) - (await this.#simulator.now()) + EXPIRY_MARGIN;
    await this.advance(Math.ceil(Math.max(remaining, 0) / 1000), 'note.expire');
  }

  async revoke(): Promise<void> {
    await Promise.all([...this.#phones.values()].map((phone) => phone.endSession()));
    this.#traffic.note({ key: 'note.revoke' });
  }

  async advance(seconds: number, note: TextKey): Promise<void> {
    const now = await this.#clock.advance(seconds);
    // To ask about a session is to use it, so the page only asks if it should have ended.
    if (this.#sessions().some(({ expiresAt }) => expiresAt <= now)) {
      await this.#askAboutSessions();
    }
    this.#traffic.note({ key: note });
    await this.#pushWatcher.check();
  }

  /** An interceptor that looks for the push that follows a payment. */
  readonly #watchPushes: Interceptor = async ({ name }, proceed) => {
    try {
      return await proceed();
    } finally {
      if (name === 'requestVirtualPayment') {
        void this.#pushWatcher.check();
      }
    }
  };

  /** Notes what Yaoshi knows of the user, after WeChat told it of the user's data. */
  async #reportKnown(events: readonly string[]): Promise<void> {
    const phones = [...this.#phones.values()].filter(({ liveSession }) => liveSession !== undefined);
    if (phones.length === 0 || !events.some((event) => event.startsWith('user_'))) {
      return;
    }
    await this.#askAboutSessions();
    const known = await Promise.all(phones.map((phone) => phone.askWhatIsKnown()));
    const [found] = known.flatMap((answer) => answer ?? []);
    if (phones.some((phone) => ![...this.#phones.values()].includes(phone))) {
      return;
    }
    if (found !== undefined) {
      this.#traffic.note(describeKnown(found), 'step');
    } else if (events.includes(CANCELLATION)) {
      this.#traffic.note({ key: 'note.erased' }, 'step');
    }
  }

  async #askAboutSessions(): Promise<void> {
    await Promise.all([...this.#phones.values()].map((phone) => phone.askAboutSession()));
  }

  #sessions() {
    return [...this.#phones.values()].flatMap(({ liveSession }) => liveSession ?? []);
  }

  #showArmed(armed: ArmedFaults): void {
    this.#armed = armed;
    this.#armedList.show(armed);
    this.#updatePanel();
  }

  #updatePanel(): void {
    this.#panel.update({
      hasKey: [...this.#phones.values()].some(({ hasKey }) => hasKey),
      hasSession: this.#sessions().length > 0,
      isClockShared: this.#settings.isClockShared,
      canPay: this.#backEnd !== undefined,
      armed: this.#armed.once,
    });
  }

  #phone(name: PhoneName): Phone {
    return defined(this.#phones.get(name), name);
  }

  #screen(name: PhoneName): Screen {
    return defined(this.#screens.get(name), name);
  }
}

/** An openid that no other user has. */
function newOpenid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(20));
  return `o${btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')}`;
}

function defined<T>(value: T | undefined, name: string): T {
  if (value === undefined) {
    throw new Error(`there is no ${name} yet`);
  }
  return value;
}
