/** Starts the real server with the simulated WeChat, and simulates phones. */
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import {
  type ErrorNumbers,
  type Interceptor,
  type SimulatedWx,
  simulatedWx,
  type WxCall,
  WxFailure,
  type WxResult,
} from 'simulated-wx';
import {
  CODE_TO_SESSION,
  type NewUser,
  PHONE_NUMBER,
  type Yaoshi as Server,
  type ServerOptions,
  startYaoshi,
} from 'yaoshi-testing';
import { createYaoshiWith } from '../dist/client.js';
import {
  type CollectedData,
  type SignedData,
  type State,
  type TokenStorage,
  type Yaoshi,
  YaoshiError,
  type YaoshiOptions,
} from '../dist/index.js';
import type { Runtime } from '../dist/runtime.js';

/** The server of a test suite: started before its first test and stopped after its last. */
export class Fixture {
  #server: Server | undefined;

  constructor(options: ServerOptions = {}) {
    before(async () => {
      this.#server = await startYaoshi(options);
    });
    afterEach(async () => {
      await this.wechat.clearFaults();
      await this.wechat.clearCalls();
    });
    after(() => this.#server?.stop());
  }

  get server(): Server {
    if (!this.#server) {
      throw new Error('the server runs only during tests');
    }
    return this.#server;
  }

  get wechat() {
    return this.server.wechat;
  }

  /** A phone of a new WeChat user. */
  async newPhone(options: Partial<YaoshiOptions> = {}, user: NewUser = {}): Promise<Phone> {
    const userId = await this.wechat.createUser({ nickname: '阿明 🌱', ...user });
    return new Phone(this.server, userId, options);
  }

  /** A phone of a registered user who is logged in. */
  async registeredPhone(options: Partial<YaoshiOptions> = {}): Promise<Phone> {
    const phone = await this.newPhone(options);
    await phone.register();
    phone.recorded.length = 0;
    return phone;
  }

  /** Makes WeChat respond to exchanges with an errcode: to all, or to the next `count`. */
  errcode(errcode: number, more: { count?: number; consume?: boolean } = {}): Promise<void> {
    return this.wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'errcode', errcode, ...more }]);
  }

  /** The number of phone codes in this test that WeChat charged for. */
  async billed(): Promise<number> {
    return (await this.wechat.calls(PHONE_NUMBER)).billed;
  }

  /** The number of code exchanges in this test. */
  async exchanges(): Promise<number> {
    return (await this.wechat.calls(CODE_TO_SESSION)).total;
  }
}

/** A recorded call to `wx`. */
export interface RecordedCall {
  /** `login`, `checkSession`, …, and for requests `POST /v1/login`. */
  name: string;
  options: Record<string, unknown>;
  /** The HTTP status, if the request got a response. */
  status?: number;
  /** The error passed to the fail callback. */
  error?: string;
}

/** A fake clock and random numbers that the test controls. */
export class FakeRuntime implements Runtime {
  time = 1_800_000_000_000;
  randomValue = 0.5;
  /** The lengths of all sleeps, in milliseconds. */
  readonly sleeps: number[] = [];
  /** Runs instead of each sleep. */
  onSleep: () => unknown = () => undefined;

  now = () => this.time;
  random = () => this.randomValue;
  sleep = async (milliseconds: number) => {
    this.sleeps.push(milliseconds);
    this.time += milliseconds;
    await this.onSleep();
  };
}

/** A phone that runs the Mini Program. */
export class Phone {
  readonly runtime = new FakeRuntime();
  readonly recorded: RecordedCall[] = [];
  readonly states: State[] = [];
  readonly wx: SimulatedWx;
  readonly yaoshi: Yaoshi;
  /** How often data was collected. */
  collected = 0;

  constructor(
    readonly server: Server,
    readonly userId: string,
    readonly options: Partial<YaoshiOptions> = {},
    readonly device = 'phone-1',
    stored: Map<string, unknown> = new Map(),
  ) {
    const identity = { appId: server.appId, userId, device };
    this.wx = simulatedWx({
      simulator: server.wechat.url,
      ...identity,
      storage: stored,
      interceptors: [(call, proceed) => this.#record(call, proceed)],
    });
    this.yaoshi = this.page();
    this.yaoshi.on('state', (state) => this.states.push(state));
  }

  /** A client of another page on the same phone. */
  page(options: Partial<YaoshiOptions> = {}): Yaoshi {
    const { baseUrl, appId } = this.server;
    return createYaoshiWith(this.runtime, { baseUrl, appId, wx: this.wx, ...this.options, ...options });
  }

  /** The same phone after a restart of the Mini Program. */
  restart(): Phone {
    return new Phone(this.server, this.userId, this.options, this.device, this.wx.simulatedStorage);
  }

  /** Another phone of the same WeChat user. */
  otherPhone(device = 'phone-2'): Phone {
    return new Phone(this.server, this.userId, this.options, device);
  }

  /** Registers with the result of `wx.getUserInfo`. */
  register() {
    return this.yaoshi.register(this.collect);
  }

  /** Collects user info and counts the call. */
  collect = (): Promise<SignedData> => {
    this.collected++;
    return this.wx.getUserInfo({});
  };

  /** Collects steps and counts the call. */
  collectSteps = (): Promise<CollectedData> => {
    this.collected++;
    return this.wx.getWeRunData({});
  };

  /** Replaces the session_key. Neither phone nor server is notified. */
  rotate(): Promise<void> {
    return this.server.wechat.rotate(this.userId, this.server.appId);
  }

  /** The names of all calls except storage, in order. */
  get calls(): string[] {
    return this.recorded.map(({ name }) => name).filter((name) => !name.endsWith('Storage'));
  }

  /** The number of calls with this name. */
  count(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  /** The options of the calls with this name. */
  optionsOf(name: string): Record<string, unknown>[] {
    return this.recorded.filter((call) => call.name === name).map(({ options }) => options);
  }

  /** The stored token, if there is one. */
  get token(): string | undefined {
    const [stored] = this.wx.simulatedStorage.values();
    return stored === undefined ? undefined : JSON.parse(String(stored)).token;
  }

  /** The status with which the server responds to a request with this token. */
  async statusOf(token: string, route = 'GET /v1/session'): Promise<number> {
    const [method = '', path = ''] = route.split(' ');
    const header = { authorization: `Bearer ${token}` };
    return (await fetch(this.server.baseUrl + path, { method, headers: header })).status;
  }

  async #record(call: WxCall, proceed: () => Promise<WxResult>): Promise<WxResult> {
    const recorded: RecordedCall = { name: nameOf(call), options: call.options };
    this.recorded.push(recorded);
    try {
      const result = await proceed();
      if (typeof result.statusCode === 'number') {
        recorded.status = result.statusCode;
      }
      return result;
    } catch (error) {
      recorded.error = error instanceof WxFailure ? error.errMsg : String(error);
      throw error;
    }
  }
}

/** `login`, `checkSession`, … and for requests `POST /v1/login`. */
function nameOf({ name, options }: WxCall): string {
  if (name !== 'request') {
    return name;
  }
  return `${options.method ?? 'GET'} ${new URL(String(options.url)).pathname}`;
}

/** Intercepts the next `times` calls with this name. */
export function interceptCall(phone: Phone, name: string, interceptor: Interceptor, times = 1): void {
  let remaining = times;
  phone.wx.intercept((call, proceed) =>
    nameOf(call) === name && remaining-- > 0 ? interceptor(call, proceed) : proceed(),
  );
}

/** Runs `action` before the call reaches WeChat or the server. */
export function beforeCall(phone: Phone, name: string, action: () => unknown, times = 1): void {
  interceptCall(
    phone,
    name,
    async (_call, proceed) => {
      await action();
      return proceed();
    },
    times,
  );
}

/** Runs `action` after the call, before the Mini Program gets the result. */
export function afterCall(phone: Phone, name: string, action: () => unknown, times = 1): void {
  interceptCall(
    phone,
    name,
    async (_call, proceed) => {
      const result = await proceed();
      await action();
      return result;
    },
    times,
  );
}

/** The server handles the request, but its response never arrives. */
export function loseResponses(phone: Phone, name: string, times = 1): void {
  afterCall(phone, name, () => fail('request:fail timeout'), times);
}

/** Fails all requests until the returned function is called. */
export function disconnect(phone: Phone): () => void {
  return phone.wx.intercept((call, proceed) =>
    call.name === 'request' ? fail('request:fail net::ERR_INTERNET_DISCONNECTED') : proceed(),
  );
}

/** A gateway responds with HTML in place of the server. `arrives` says whether the server got the request. */
export function respondAsGateway(
  phone: Phone,
  name: string,
  { status = 500, times = 1, arrives = true, header = {} } = {},
): void {
  interceptCall(
    phone,
    name,
    async (_call, proceed) => {
      if (arrives) {
        await proceed();
      }
      return {
        errMsg: 'request:ok',
        statusCode: status,
        header: { 'Content-Type': 'text/html', ...header },
        data: '<html><h1>Oops</h1></html>',
      };
    },
    times,
  );
}

/** Fails like a `wx` method. */
export async function fail(errMsg: string, numbers?: ErrorNumbers): Promise<never> {
  throw new WxFailure(errMsg, numbers);
}

/** The error with which the promise is expected to reject. */
export async function failure(promise: Promise<unknown>): Promise<YaoshiError> {
  const error = await promise.then(
    (value) => assert.fail(`expected an error but got ${JSON.stringify(value)}`),
    (error) => error,
  );
  assert.ok(error instanceof YaoshiError, `expected a YaoshiError but got ${error}`);
  return error;
}

/** A gate: `hold` blocks until `open` is called; `reached` resolves when `hold` is first called. */
export function gate(): { reached: Promise<void>; hold: () => Promise<void>; open: () => void } {
  let arrived = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const hold = () => {
    arrived();
    return opened;
  };
  return { reached, hold, open };
}

/** A storage whose methods all throw or all reject. */
export function brokenStorage(how: 'throws' | 'rejects'): TokenStorage {
  const broken = () => {
    const error = new Error('the storage is full');
    if (how === 'throws') {
      throw error;
    }
    return Promise.reject(error);
  };
  return { getItem: broken, setItem: broken, removeItem: broken };
}
