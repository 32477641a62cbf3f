/** What the tests play in: the real server, the simulated WeChat beside it, and phones. */
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { type SimulatedWx, simulatedWx, type Tap, type WxCall, WxFailure, type WxResult } from 'simulated-wx';
import { CODE_TO_SESSION, type Yaoshi as Server, type ServerOptions, startYaoshi } from 'yaoshi-testing';
import { createYaoshiIn } from '../dist/client.js';
import {
  type CollectedData,
  type SignedData,
  type State,
  type TokenStorage,
  type Yaoshi,
  YaoshiError,
  type YaoshiOptions,
} from '../dist/index.js';
import type { Surroundings } from '../dist/surroundings.js';

/** The server of a test file, which starts before its first test and is gone after its last. */
export class World {
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
      throw new Error('the server runs only while tests do');
    }
    return this.#server;
  }

  get wechat() {
    return this.server.wechat;
  }

  /** The phone of somebody whom nobody knows yet. */
  async stranger(options: Partial<YaoshiOptions> = {}): Promise<Phone> {
    return new Phone(this.server, await this.wechat.createUser({ nickname: '阿明 🌱' }), options);
  }

  /** The phone of a user who is logged in. */
  async user(options: Partial<YaoshiOptions> = {}): Promise<Phone> {
    const phone = await this.stranger(options);
    await phone.register();
    phone.seen.length = 0;
    return phone;
  }

  /** Lets WeChat meet every exchange, or the next few, with an error of its own. */
  errcode(errcode: number, more: { count?: number; consume?: boolean } = {}): Promise<void> {
    return this.wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'errcode', errcode, ...more }]);
  }

  /** How often WeChat was asked to exchange a code in this test. */
  async exchanges(): Promise<number> {
    return (await this.wechat.calls(CODE_TO_SESSION)).total;
  }
}

/** A call to `wx` that has ended. */
export interface Seen {
  /** `login`, `checkSession`, … and for requests `POST /v1/login`. */
  what: string;
  options: Record<string, unknown>;
  /** The HTTP status of a request that was answered. */
  status?: number;
  /** What the fail callback got. */
  failed?: string;
}

/** Time and chance, in the test's hand. */
export class FakeSurroundings implements Surroundings {
  time = 1_800_000_000_000;
  chance = 0.5;
  /** The pauses that were made, in milliseconds. */
  readonly pauses: number[] = [];
  /** Runs in place of each pause. */
  duringPause: () => unknown = () => undefined;

  now = () => this.time;
  random = () => this.chance;
  wait = async (milliseconds: number) => {
    this.pauses.push(milliseconds);
    this.time += milliseconds;
    await this.duringPause();
  };
}

/** A phone on which the Mini Program runs. */
export class Phone {
  readonly surroundings = new FakeSurroundings();
  readonly seen: Seen[] = [];
  readonly states: State[] = [];
  readonly wx: SimulatedWx;
  readonly yaoshi: Yaoshi;
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
      taps: [(call, go) => this.#watch(call, go)],
    });
    this.yaoshi = this.page();
    this.yaoshi.on('state', (state) => this.states.push(state));
  }

  /** Another page's client on the same phone. */
  page(options: Partial<YaoshiOptions> = {}): Yaoshi {
    const { baseUrl, appId } = this.server;
    return createYaoshiIn(this.surroundings, { baseUrl, appId, wx: this.wx, ...this.options, ...options });
  }

  /** The same phone after WeChat threw the Mini Program out of its memory. */
  restarted(): Phone {
    return new Phone(this.server, this.userId, this.options, this.device, this.wx.simulatedStorage);
  }

  /** Another phone of the same person. */
  another(device = 'phone-2'): Phone {
    return new Phone(this.server, this.userId, this.options, device);
  }

  /** Registers with what `wx.getUserInfo` gives. */
  register() {
    return this.yaoshi.register(this.collect);
  }

  /** `wx.getUserInfo`, counted. */
  collect = (): Promise<SignedData> => {
    this.collected++;
    return this.wx.getUserInfo({});
  };

  /** `wx.getWeRunData`, counted. */
  collectSteps = (): Promise<CollectedData> => {
    this.collected++;
    return this.wx.getWeRunData({});
  };

  /** A new session_key, behind everybody's back. */
  rotate(): Promise<void> {
    return this.server.wechat.rotate(this.userId, this.server.appId);
  }

  /** What was called, in order. */
  get calls(): string[] {
    return this.seen.map(({ what }) => what).filter((what) => !what.endsWith('Storage'));
  }

  /** How often something was called. */
  count(what: string): number {
    return this.calls.filter((called) => called === what).length;
  }

  /** The options of the calls of one kind. */
  requests(what: string): Record<string, unknown>[] {
    return this.seen.filter((seen) => seen.what === what).map(({ options }) => options);
  }

  /** The token that is kept on the phone, if one is. */
  get token(): string | undefined {
    const [kept] = this.wx.simulatedStorage.values();
    return kept === undefined ? undefined : JSON.parse(String(kept)).token;
  }

  /** What the server answers about a token. */
  async ask(token: string, route = 'GET /v1/session'): Promise<number> {
    const [method = '', path = ''] = route.split(' ');
    const header = { authorization: `Bearer ${token}` };
    return (await fetch(this.server.baseUrl + path, { method, headers: header })).status;
  }

  async #watch(call: WxCall, go: () => Promise<WxResult>): Promise<WxResult> {
    const seen: Seen = { what: nameOf(call), options: call.options };
    this.seen.push(seen);
    try {
      const result = await go();
      if (typeof result.statusCode === 'number') {
        seen.status = result.statusCode;
      }
      return result;
    } catch (error) {
      seen.failed = error instanceof WxFailure ? error.errMsg : String(error);
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

/** Plays `tap` on the first calls of one kind, as many as `times` says. */
export function meddle(phone: Phone, what: string, tap: Tap, times = 1): void {
  let left = times;
  phone.wx.tap((call, go) => (nameOf(call) === what && left-- > 0 ? tap(call, go) : go()));
}

/** Something happens before such a call reaches WeChat or the server. */
export function happensBefore(phone: Phone, what: string, happens: () => unknown, times = 1): void {
  meddle(
    phone,
    what,
    async (_call, go) => {
      await happens();
      return go();
    },
    times,
  );
}

/** Something happens after such a call was answered, before the Mini Program hears of it. */
export function happensAfter(phone: Phone, what: string, happens: () => unknown, times = 1): void {
  meddle(
    phone,
    what,
    async (_call, go) => {
      const result = await go();
      await happens();
      return result;
    },
    times,
  );
}

/** The server does its work; its answer never arrives. */
export function loseAnswers(phone: Phone, what: string, times = 1): void {
  happensAfter(phone, what, () => fail('request:fail timeout'), times);
}

/** No request leaves the phone until the answer of this is called. */
export function cutOff(phone: Phone): () => void {
  return phone.wx.tap((call, go) =>
    call.name === 'request' ? fail('request:fail net::ERR_INTERNET_DISCONNECTED') : go(),
  );
}

/** A gateway answers in the server's place, in HTML; the request has arrived, or not. */
export function gatewayAnswers(
  phone: Phone,
  what: string,
  { status = 500, times = 1, arrives = true, header = {} } = {},
): void {
  meddle(
    phone,
    what,
    async (_call, go) => {
      if (arrives) {
        await go();
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

/** Fails as a `wx` method does. */
export async function fail(errMsg: string): Promise<never> {
  throw new WxFailure(errMsg);
}

/** The failure of what is expected to fail. */
export async function failure(promise: Promise<unknown>): Promise<YaoshiError> {
  const error = await promise.then(
    (value) => assert.fail(`it did not fail but gave ${JSON.stringify(value)}`),
    (error) => error,
  );
  assert.ok(error instanceof YaoshiError, `not the client's own error: ${error}`);
  return error;
}

/** A gate that holds up whoever waits at it. `reached` resolves when somebody does. */
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

/** A storage that fails in every way there is. */
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
