import { type Interceptor, type SimulatedWx, type StoredData, simulatedWx } from 'simulated-wx';
import { createYaoshi, type SignedData, type State, type Yaoshi } from 'yaoshi-miniprogram';
import type { Text } from '../language/language.js';
import type { Settings } from '../settings.js';

/** The id of a phone. */
export type PhoneName = 'phone-1' | 'phone-2';

/** The buttons of a phone. */
export const ACTIONS = ['open', 'login', 'register', 'refresh', 'steps', 'check', 'logout'] as const;
export type Action = (typeof ACTIONS)[number];

/** One day of WeRun data. */
export interface Day {
  /** The start of the day in Beijing, in seconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** Receives changes of a phone. */
export interface PhoneListener {
  stateChanged(state: State): void;
  stepsDecrypted(days: readonly Day[]): void;
}

/** A session, as observed in the phone's traffic. */
interface ObservedSession {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A phone of the WeChat user that runs the Mini Program with the client package. */
export class Phone {
  readonly name: PhoneName;
  readonly wx: SimulatedWx;
  readonly #settings: Settings;
  readonly #listener: PhoneListener;
  #yaoshi: Yaoshi;
  #unsubscribe: () => void = () => {};
  #session: ObservedSession | undefined;

  constructor(
    name: PhoneName,
    userId: string,
    settings: Settings,
    interceptors: readonly Interceptor[],
    listener: PhoneListener,
  ) {
    this.name = name;
    this.#settings = settings;
    this.#listener = listener;
    const stored: StoredData = new Map();
    const { appId, wechat: simulator } = settings;
    const observe: Interceptor = (call, proceed) => this.#observe(call.name, proceed);
    this.wx = simulatedWx({
      appId,
      simulator,
      userId,
      device: name,
      storage: stored,
      interceptors: [...interceptors, observe],
    });
    this.#yaoshi = this.#createClient();
  }

  /** The client's state. */
  get state(): State {
    return this.#yaoshi.state;
  }

  /** The latest session of the phone. It may have ended since. */
  get session(): Readonly<ObservedSession> | undefined {
    return this.#session;
  }

  /** Runs a button's action. Returns the text that reports the outcome. */
  async run(action: Action): Promise<Text> {
    switch (action) {
      case 'open':
        return this.#reopen();
      case 'login':
        await this.#yaoshi.login();
        return { key: 'done.login' };
      case 'register': {
        const user = await this.#yaoshi.register(() => this.collect());
        return { key: 'done.register', values: { name: user.nickname ?? '' } };
      }
      case 'refresh':
        await this.#yaoshi.profile.refresh(() => this.collect());
        return { key: 'done.refresh' };
      case 'steps':
        return this.#steps();
      case 'check':
        return this.#check();
      case 'logout':
        await this.#yaoshi.logout();
        return { key: 'done.logout' };
    }
  }

  /** Collects user info, as a page does after a tap. */
  async collect(): Promise<SignedData> {
    return this.wx.getUserInfo({ withCredentials: true });
  }

  /** Detaches the listener. */
  close(): void {
    this.#unsubscribe();
  }

  /** Starts the app again: with a new client on the same storage. */
  async #reopen(): Promise<Text> {
    this.#yaoshi = this.#createClient();
    const state = await this.#yaoshi.start();
    if (state.kind === 'failed') {
      throw state.error;
    }
    return { key: 'done.open' };
  }

  #createClient(): Yaoshi {
    this.#unsubscribe();
    const { appId, yaoshi: baseUrl } = this.#settings;
    const yaoshi = createYaoshi({ baseUrl, appId, wx: this.wx });
    this.#unsubscribe = yaoshi.on('state', (state) => this.#listener.stateChanged(state));
    this.#listener.stateChanged(yaoshi.state);
    return yaoshi;
  }

  async #steps(): Promise<Text> {
    const { stepInfoList } = await this.#yaoshi.openData<{ stepInfoList: Day[] }>(() =>
      this.wx.getWeRunData(),
    );
    this.#listener.stepsDecrypted(stepInfoList);
    return { key: 'done.steps', values: { count: String(stepInfoList.length) } };
  }

  async #check(): Promise<Text> {
    const wasAlive = await this.#yaoshi.checkSession();
    await this.#yaoshi.request({ url: '/v1/session' });
    return { key: wasAlive ? 'done.check' : 'done.check_renewed' };
  }

  /** Extracts the session from responses that issue a token. */
  async #observe(name: string, proceed: Parameters<Interceptor>[1]) {
    const result = await proceed();
    if (name === 'request') {
      const body = result.data as { token?: string; expires_at?: string } | undefined;
      if (body?.token !== undefined && body.expires_at !== undefined) {
        this.#session = { token: body.token, expiresAt: Date.parse(body.expires_at) };
      }
    }
    return result;
  }
}
