import { type SimulatedWx, type StoredData, simulatedWx, type Tap } from 'simulated-wx';
import { createYaoshi, type SignedData, type State, type Yaoshi } from 'yaoshi-miniprogram';
import type { Text } from '../language/language.js';
import type { Settings } from '../settings.js';

/** Which of the two phones. */
export type PhoneName = 'phone-1' | 'phone-2';

/** What can be tapped on a phone. */
export const ACTIONS = ['open', 'login', 'register', 'refresh', 'steps', 'check', 'logout'] as const;
export type Action = (typeof ACTIONS)[number];

/** One day of WeRun data. */
export interface Day {
  /** The day's beginning in Beijing, in seconds since 1970. */
  readonly timestamp: number;
  readonly step: number;
}

/** What a phone tells whoever draws it. */
export interface PhoneWatcher {
  stateChanged(state: State): void;
  stepsDecrypted(days: readonly Day[]): void;
}

/** A session as the phone's traffic tells of it. */
interface SeenSession {
  token: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A phone of the WeChat user, with the Mini Program and its client on it. */
export class Phone {
  readonly name: PhoneName;
  readonly wx: SimulatedWx;
  readonly #settings: Settings;
  readonly #watcher: PhoneWatcher;
  #yaoshi: Yaoshi;
  #stopListening: () => void = () => {};
  #session: SeenSession | undefined;

  constructor(
    name: PhoneName,
    userId: string,
    settings: Settings,
    taps: readonly Tap[],
    watcher: PhoneWatcher,
  ) {
    this.name = name;
    this.#settings = settings;
    this.#watcher = watcher;
    const stored: StoredData = new Map();
    const { appId, wechat: simulator } = settings;
    const seeing: Tap = (call, proceed) => this.#see(call.name, proceed);
    this.wx = simulatedWx({
      appId,
      simulator,
      userId,
      device: name,
      storage: stored,
      taps: [...taps, seeing],
    });
    this.#yaoshi = this.#opened();
  }

  /** What the client knows. */
  get state(): State {
    return this.#yaoshi.state;
  }

  /** The session that the phone holds, as long as nobody ended it here. */
  get session(): Readonly<SeenSession> | undefined {
    return this.#session;
  }

  /** Does what was tapped. Answers what to say about it. */
  async act(action: Action): Promise<Text> {
    switch (action) {
      case 'open':
        return this.#open();
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

  /** `wx.getUserInfo`, as a page calls it after a tap. */
  async collect(): Promise<SignedData> {
    return this.wx.getUserInfo({ withCredentials: true });
  }

  /** Nobody listens to it any more. */
  close(): void {
    this.#stopListening();
  }

  /** The app's start: another client over what the phone keeps. */
  async #open(): Promise<Text> {
    this.#yaoshi = this.#opened();
    const state = await this.#yaoshi.start();
    if (state.kind === 'failed') {
      throw state.error;
    }
    return { key: 'done.open' };
  }

  #opened(): Yaoshi {
    this.#stopListening();
    const { appId, yaoshi: baseUrl } = this.#settings;
    const yaoshi = createYaoshi({ baseUrl, appId, wx: this.wx });
    this.#stopListening = yaoshi.on('state', (state) => this.#watcher.stateChanged(state));
    this.#watcher.stateChanged(yaoshi.state);
    return yaoshi;
  }

  async #steps(): Promise<Text> {
    const { stepInfoList } = await this.#yaoshi.openData<{ stepInfoList: Day[] }>(() =>
      this.wx.getWeRunData(),
    );
    this.#watcher.stepsDecrypted(stepInfoList);
    return { key: 'done.steps', values: { count: String(stepInfoList.length) } };
  }

  async #check(): Promise<Text> {
    const wasAlive = await this.#yaoshi.checkSession();
    await this.#yaoshi.request({ url: '/v1/session' });
    return { key: wasAlive ? 'done.check' : 'done.check_renewed' };
  }

  /** Learns which session the phone holds. */
  async #see(name: string, proceed: Parameters<Tap>[1]) {
    const result = await proceed();
    if (name === 'request') {
      const answer = result.data as { token?: string; expires_at?: string } | undefined;
      if (answer?.token !== undefined && answer.expires_at !== undefined) {
        this.#session = { token: answer.token, expiresAt: Date.parse(answer.expires_at) };
      }
    }
    return result;
  }
}
