import type { TextKey } from '../language/language.js';
import { type Field, fieldsOf } from '../traffic/fields.js';
import type { Cause, PlatformWatcher } from '../traffic/recorder.js';
import type { Traffic } from '../traffic/traffic.js';
import type { PlatformCall, Simulator } from './simulator.js';

/** How often the simulator is polled while a request is in flight, in milliseconds. */
const POLL_INTERVAL = 250;

/** How many characters of a code the call log shows. */
const LOGGED_LENGTH = 4;

/** One of WeChat's endpoints that the phones' requests make Yaoshi call. */
interface Endpoint {
  readonly name: string;
  /** What a successful response has. */
  readonly success: string;
  /** The code that a call is about; absent where it is about none. */
  codeOf?(call: PlatformCall): string | undefined;
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/sns/jscode2session': {
    name: 'code2Session',
    success: 'session_key',
    codeOf: ({ query }) => query.js_code,
  },
  '/wxa/business/getuserphonenumber': {
    name: 'getuserphonenumber',
    success: 'phone_info',
    codeOf: ({ body }) => body.code,
  },
  '/wxa/checksession': { name: 'checksession', success: 'ok' },
  '/cgi-bin/stable_token': { name: 'stable_token', success: 'access_token' },
};

/** A call that WeChat has not responded to. */
interface PendingCall {
  readonly endpoint: Endpoint;
  /** The code as the call log shows it, if the call is about one. */
  readonly code: string | undefined;
  /** When the page saw it first, in milliseconds. */
  readonly since: number;
}

/** Records the calls to WeChat that the phones' requests cause, by polling the simulator's call log. */
export class CallLogPoller implements PlatformWatcher {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #onFault: () => void;
  /** How many calls of the log were read. */
  #read = 0;
  /** Why Yaoshi may call WeChat now, with codes as the call log shows them. Other calls are not about the phones. */
  readonly #causes = new Set<Cause>();
  /** The recorded calls without a response yet, by their number. */
  readonly #pending = new Map<number, PendingCall>();
  #polling: Promise<void> = Promise.resolve();

  /** Calls `onFault` for every call that had a fault injected. */
  constructor(simulator: Simulator, traffic: Traffic, onFault: () => void) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#onFault = onFault;
  }

  /** Ignores all calls so far, and those that requests in flight still cause. */
  async reset(): Promise<void> {
    this.#causes.clear();
    this.#pending.clear();
    this.#read = (await this.#simulator.calls()).total;
  }

  async watch<T>({ code }: Cause, request: () => Promise<T>): Promise<T> {
    const cause: Cause = code === undefined ? {} : { code: `${code.slice(0, LOGGED_LENGTH)}…` };
    this.#causes.add(cause);
    const timer = setInterval(() => void this.#poll(), POLL_INTERVAL);
    try {
      return await request();
    } finally {
      clearInterval(timer);
      await this.#poll();
      this.#causes.delete(cause);
      this.#noteGivenUp(({ endpoint, code }) => !this.#isCaused(endpoint, code), 'note.gave_up');
    }
  }

  /** Runs polls one after the other, so that no call is recorded twice. */
  #poll(): Promise<void> {
    this.#polling = this.#polling.then(() => this.#pollOnce());
    return this.#polling;
  }

  async #pollOnce(): Promise<void> {
    // After an error, the next poll catches up.
    const log = await this.#simulator.calls().catch(() => undefined);
    if (log === undefined) {
      return;
    }
    const oldest = log.total - log.calls.length;
    if (log.total < this.#read) {
      this.#read = 0;
      this.#pending.clear();
    }
    log.calls.forEach((call, index) => {
      this.#record(call, oldest + index);
    });
    this.#read = log.total;
  }

  #recordRequest(call: PlatformCall, number: number): void {
    if (call.fault !== null) {
      this.#onFault();
    }
    const endpoint = ENDPOINTS[call.endpoint];
    const code = endpoint?.codeOf?.(call);
    if (endpoint === undefined || !this.#isCaused(endpoint, code)) {
      return;
    }
    this.#noteGivenUp(
      (pending) => pending.endpoint === endpoint && pending.code === code,
      'note.gave_up_repeated',
    );
    this.#pending.set(number, { endpoint, code, since: performance.now() });
    this.#traffic.add({
      from: 'yaoshi',
      to: 'wechat',
      kind: 'request',
      title: endpoint.name,
      fields: [...fieldsOf(call.query), ...fieldsOf(call.body)],
    });
  }

  /** Whether a request in flight explains a call. One that is about no code has to do with all of them. */
  #isCaused(endpoint: Endpoint, code: string | undefined): boolean {
    return endpoint.codeOf === undefined
      ? this.#causes.size > 0
      : [...this.#causes].some((cause) => cause.code !== undefined && cause.code === code);
  }

  /** Yaoshi has moved on, so it no longer waits for these pending calls. */
  #noteGivenUp(isGivenUp: (pending: PendingCall) => boolean, key: TextKey): void {
    for (const [number, pending] of this.#pending) {
      if (isGivenUp(pending)) {
        this.#pending.delete(number);
        const seconds = Math.round((performance.now() - pending.since) / 1000);
        this.#traffic.note({ key, values: { seconds: String(seconds) } });
      }
    }
  }

  #record(call: PlatformCall, number: number): void {
    if (number >= this.#read) {
      this.#recordRequest(call, number);
    }
    const pending = this.#pending.get(number);
    if (call.status !== null && pending !== undefined) {
      this.#pending.delete(number);
      const isOk = call.errcode === 0;
      this.#traffic.add({
        from: 'wechat',
        to: 'yaoshi',
        kind: isOk ? 'response' : 'failure',
        title: isOk ? pending.endpoint.success : failure(call),
        fields: outcome(call),
      });
    }
  }
}

function failure(call: PlatformCall): string {
  return call.errcode === null ? `HTTP ${call.status}` : `errcode ${call.errcode}`;
}

function outcome(call: PlatformCall): Field[] {
  return fieldsOf({
    status: call.status,
    ...(call.errcode !== null && { errcode: call.errcode }),
    ...(call.fault !== null && { fault: call.fault }),
  });
}
