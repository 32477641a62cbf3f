import type { Interceptor, StoredData, WxCall, WxResult } from 'simulated-wx';
import type { SignedData, State, User } from 'yaoshi-miniprogram';
import type { BackEnd, Order } from '../back-end/back-end.js';
import { BACK_END_URL } from '../back-end/url.js';
import type { Text } from '../language/language.js';
import { type TutorialOutcome, tutorialLogin } from '../scenarios/tutorial-client.js';
import type { Settings } from '../settings.js';
import { requestTitle, serverOf } from '../traffic/recorder.js';
import { App, type InterceptorsOf } from './app.js';
import { askWhatIsKnown, type Known } from './known.js';
import { askAbout, end, type Session } from './session.js';
import { type Status, statusOf, type TutorialProgress } from './status.js';

/** The ids of the phones. */
export const PHONE_NAMES = ['phone-1', 'phone-2'] as const;
export type PhoneName = (typeof PHONE_NAMES)[number];

/** The buttons of a phone. */
export const ACTIONS = [
  'open',
  'login',
  'register',
  'phone',
  'refresh',
  'steps',
  'pay',
  'check',
  'logout',
] as const;
export type Action = (typeof ACTIONS)[number];

/** WeChat refuses a payment because the session_key is stale, or has expired. */
const STALE_KEY: readonly unknown[] = [-15005, -15007];

/** One day of WeRun data. */
export interface Day {
  /** The start of the day in Beijing, in seconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** Receives changes of a phone. */
export interface PhoneListener {
  statusChanged(status: Status): void;
  stepsDecrypted(days: readonly Day[]): void;
  /** Yaoshi asked the phone to repeat a request after this many seconds; `undefined` once it does. */
  retryAnnounced(seconds: number | undefined): void;
}

/** A phone of the WeChat user that runs the Mini Program with the client package. */
export class Phone {
  readonly #name: PhoneName;
  readonly #userId: string;
  readonly #settings: Settings;
  readonly #interceptorsOf: InterceptorsOf;
  readonly #backEnd: BackEnd | undefined;
  readonly #listener: PhoneListener;
  readonly #stored: StoredData = new Map();
  #app: App;
  #session: Session | undefined;
  /** The profile at Yaoshi, if the client has another. */
  #changedUser: User | undefined;
  #hasKey = false;
  #wasOpened = false;
  #tutorial: TutorialProgress | undefined;
  #confirmedBy = '';
  /** The request that the phone is about to repeat. */
  #repeating: string | undefined;

  constructor(
    name: PhoneName,
    userId: string,
    settings: Settings,
    interceptorsOf: InterceptorsOf,
    backEnd: BackEnd | undefined,
    listener: PhoneListener,
  ) {
    this.#name = name;
    this.#userId = userId;
    this.#settings = settings;
    this.#interceptorsOf = interceptorsOf;
    this.#backEnd = backEnd;
    this.#listener = listener;
    this.#app = this.#newApp();
    this.#changed();
  }

  /** The client's state. */
  get state(): State {
    return this.#app.yaoshi.state;
  }

  /** The session that the phone has and Yaoshi accepts, as far as the page knows. */
  get liveSession(): Session | undefined {
    return this.#session?.refusal === undefined ? this.#session : undefined;
  }

  /** Whether WeChat has made a session_key for this phone. */
  get hasKey(): boolean {
    return this.#hasKey;
  }

  /** Runs a button's action. Returns the text that reports the outcome; `undefined` if the app is closed first. */
  run(action: Action): Promise<Text | undefined> {
    if (action === 'open') {
      this.close();
      this.#app = this.#newApp();
    }
    this.#wasOpened = true;
    this.#changed();
    return this.#app.untilClosed(this.#perform(action));
  }

  /** Runs the tutorial's client instead of the client package. Never settles if the app is closed first. */
  async runTutorial(): Promise<TutorialOutcome> {
    this.#setTutorial('running');
    try {
      const outcome = await tutorialLogin(this.#app.wx, this.#settings);
      this.#setTutorial(outcome.kind);
      return outcome;
    } catch (error) {
      this.#setTutorial('failed');
      throw error;
    }
  }

  /** Asks Yaoshi whether the session is still valid. The client does not notice. */
  async askAboutSession(): Promise<void> {
    const asked = this.liveSession;
    if (asked !== undefined) {
      const answer = await askAbout(asked, this.#settings.yaoshi);
      if (this.#session === asked) {
        this.#session = answer;
        this.#changed();
      }
    }
  }

  /** Asks Yaoshi what it knows of the user. The client does not notice. Returns `undefined` without a session. */
  async askWhatIsKnown(): Promise<Known | undefined> {
    const asked = this.liveSession;
    if (asked === undefined) {
      return undefined;
    }
    const known = await askWhatIsKnown(asked, this.#settings.yaoshi);
    const { state } = this;
    if (state.kind === 'registered' && known.user !== undefined && this.liveSession === asked) {
      this.#changedUser = isSameProfile(state.user, known.user) ? undefined : known.user;
      this.#changed();
    }
    return known;
  }

  /** Ends the session at Yaoshi. The client does not notice. */
  async endSession(): Promise<void> {
    if (this.liveSession !== undefined) {
      await end(this.liveSession, this.#settings.yaoshi);
      await this.askAboutSession();
    }
  }

  /** Waits for the calls in flight. */
  settled(): Promise<void> {
    return this.#app.settled();
  }

  /** Closes the app. */
  close(): void {
    this.#app.close();
  }

  async #perform(action: Action): Promise<Text> {
    const { yaoshi } = this.#app;
    switch (action) {
      case 'open':
        return this.#open();
      case 'login':
        await yaoshi.login();
        return { key: 'done.login' };
      case 'register': {
        const user = await yaoshi.register(() => this.#collect());
        return { key: 'done.register', values: { name: user.nickname ?? '' } };
      }
      case 'phone':
        return this.#sharePhone();
      case 'refresh':
        await yaoshi.profile.refresh(() => this.#collect());
        return { key: 'done.refresh' };
      case 'steps':
        return this.#steps();
      case 'pay':
        return this.#pay();
      case 'check':
        return this.#check();
      case 'logout':
        await yaoshi.logout();
        return { key: 'done.logout' };
    }
  }

  /** Collects user info, as a page does after a tap. */
  async #collect(): Promise<SignedData> {
    return this.#app.wx.getUserInfo({ withCredentials: true });
  }

  async #open(): Promise<Text> {
    const state = await this.#app.yaoshi.start();
    if (state.kind === 'failed') {
      throw state.error;
    }
    return { key: 'done.open' };
  }

  async #steps(): Promise<Text> {
    const { wx, yaoshi } = this.#app;
    const { stepInfoList } = await yaoshi.openData<{ stepInfoList: Day[] }>(() => wx.getWeRunData());
    this.#listener.stepsDecrypted(stepInfoList);
    return { key: 'done.steps', values: { count: String(stepInfoList.length) } };
  }

  /** Taps the phone button. Registers a stranger, and binds the number of a user. */
  async #sharePhone(): Promise<Text> {
    const { wx, yaoshi } = this.#app;
    const tap = await wx.tapPhoneButton();
    const { kind } = await yaoshi.login();
    if (kind === 'registered') {
      const { phone } = await yaoshi.phone.bind(tap);
      return { key: 'done.bind_phone', values: { phone } };
    }
    await yaoshi.registerByPhone(tap);
    return { key: 'done.register_by_phone' };
  }

  /** Pays an order, and a second one after a login if WeChat refuses the first for its session_key. */
  async #pay(): Promise<Text> {
    const { yaoshi } = this.#app;
    const token = this.#session?.token;
    try {
      await this.#payOrder();
    } catch (error) {
      if (!STALE_KEY.includes((error as { errCode?: number }).errCode)) {
        throw error;
      }
      await yaoshi.checkSession({ atServer: true });
      await this.#payOrder();
      return { key: 'done.pay_again' };
    }
    const isRenewed = token !== undefined && token !== this.#session?.token;
    return { key: isRenewed ? 'done.pay_key_replaced' : 'done.pay' };
  }

  async #payOrder(): Promise<void> {
    const { wx, yaoshi } = this.#app;
    const { data } = await yaoshi.request<Order>({
      url: `${BACK_END_URL}/orders`,
      method: 'POST',
      data: { product_id: 'sword' },
    });
    // The declared type of signData is an object, but WeChat takes a text.
    const order = data as unknown as WechatMiniprogram.RequestVirtualPaymentOption;
    await new Promise((success, fail) => {
      wx.requestVirtualPayment({ ...order, success, fail });
    });
  }

  async #check(): Promise<Text> {
    const { yaoshi } = this.#app;
    const hadSession = this.#session !== undefined;
    const wasKeyValid = await yaoshi.checkSession();
    const token = this.#session?.token;
    await yaoshi.request({ url: '/v1/session' });
    if (!hadSession) {
      return { key: 'done.login' };
    }
    if (!wasKeyValid) {
      return { key: 'done.check_key_replaced' };
    }
    return { key: token === this.#session?.token ? 'done.check' : 'done.check_session_replaced' };
  }

  /** Opens the app, on what an earlier run of it has stored. */
  #newApp(): App {
    const { appId, wechat: simulator, yaoshi } = this.#settings;
    const phone = { appId, simulator, userId: this.#userId, device: this.#name, storage: this.#stored };
    const interceptorsOf: InterceptorsOf = (closed) => [
      ...this.#interceptorsOf(closed),
      (call, proceed) => this.#observe(call, proceed),
    ];
    const app = new App(phone, yaoshi, interceptorsOf, this.#backEnd);
    app.yaoshi.on('state', (state) => {
      if (this.#app === app) {
        if (state.kind === 'signed_out') {
          this.#session = undefined;
        }
        this.#changedUser = undefined;
        this.#changed();
      }
    });
    return app;
  }

  #setTutorial(progress: TutorialProgress): void {
    this.#tutorial = progress;
    this.#changed();
  }

  #changed(): void {
    this.#listener.statusChanged(
      statusOf({
        state: this.state,
        wasOpened: this.#wasOpened,
        tutorial: this.#tutorial,
        session: this.#session,
        confirmedBy: this.#confirmedBy,
        canPay: this.#backEnd !== undefined,
        changedUser: this.#changedUser,
      }),
    );
  }

  /** Observes the phone's calls: the keys, sessions and retries they lead to. */
  async #observe(call: WxCall, proceed: Parameters<Interceptor>[1]): Promise<WxResult> {
    const title = call.name === 'request' ? requestTitle(call) : undefined;
    if (title !== undefined && title === this.#repeating) {
      this.#announceRetry(undefined, undefined);
    }
    const result = await proceed();
    if (call.name === 'login') {
      this.#hasKey = true;
    }
    if (title !== undefined) {
      this.#observeResponse(title, serverOf(call) === 'yaoshi', result);
    }
    return result;
  }

  #observeResponse(title: string, isYaoshis: boolean, { statusCode, data, header }: WxResult): void {
    const body = (data ?? {}) as { token?: string; expires_at?: string; recover?: string };
    if (body.token !== undefined && body.expires_at !== undefined) {
      this.#session = { token: body.token, expiresAt: Date.parse(body.expires_at) };
    }
    const isOk = Number(statusCode) < 400;
    if (isYaoshis && (isOk || body.recover === 'register') && !title.startsWith('DELETE')) {
      this.#confirmedBy = title;
      this.#changed();
    }
    const seconds = Number((header as Record<string, string> | undefined)?.['retry-after']);
    if (body.recover === 'retry' && seconds > 0) {
      this.#announceRetry(title, seconds);
    }
  }

  #announceRetry(title: string | undefined, seconds: number | undefined): void {
    this.#repeating = title;
    this.#listener.retryAnnounced(seconds);
  }
}

/** Whether a phone shows both profiles alike. */
function isSameProfile(one: User, other: User): boolean {
  return one.nickname === other.nickname && one.avatar_url === other.avatar_url;
}
