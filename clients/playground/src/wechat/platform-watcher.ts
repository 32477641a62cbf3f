import type { TextKey } from '../language/language.js';
import { type Field, fieldsOf } from '../traffic/fields.js';
import type { PlatformWatcher } from '../traffic/recorder.js';
import type { Traffic } from '../traffic/traffic.js';
import type { PlatformCall, Simulator } from './simulator.js';

/** How often the simulator is polled while a request is in flight, in milliseconds. */
const POLL_INTERVAL = 250;

/** How many characters of a code the call log shows. */
const LOGGED_LENGTH = 4;

/** A call that WeChat has not responded to. */
interface PendingCall {
  /** The code as the call log shows it. */
  readonly code: string;
  /** When the page saw it first, in milliseconds. */
  readonly since: number;
}

/** Records the calls to WeChat that the phones' logins cause, by polling the simulator's call log. */
export class CallLogPoller implements PlatformWatcher {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #onFault: () => void;
  /** How many calls of the log were read. */
  #read = 0;
  /** The codes that are being sent, as the call log shows them. Calls with others are not about the phones. */
  readonly #codes = new Set<string>();
  /** The recorded calls without a response yet, by their number. */
  readonly #pending = new Map<number, PendingCall>();
  #polling: Promise<void> = Promise.resolve();

  /** Calls `onFault` for every call that had a fault injected. */
  constructor(simulator: Simulator, traffic: Traffic, onFault: () => void) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#onFault = onFault;
  }

  /** Ignores all calls so far, and those with the codes that are being sent. */
  async reset(): Promise<void> {
    this.#codes.clear();
    this.#pending.clear();
    this.#read = (await this.#simulator.calls()).total;
  }

  async watch<T>(code: string, request: () => Promise<T>): Promise<T> {
    const logged = `${code.slice(0, LOGGED_LENGTH)}…`;
    this.#codes.add(logged);
    const timer = setInterval(() => void this.#poll(), POLL_INTERVAL);
    try {
      return await request();
    } finally {
      clearInterval(timer);
      await this.#poll();
      this.#noteGivenUp(logged, 'note.gave_up');
      this.#codes.delete(logged);
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
    const code = call.query.js_code;
    if (code === undefined || !this.#codes.has(code)) {
      return;
    }
    this.#noteGivenUp(code, 'note.gave_up_repeated');
    this.#pending.set(number, { code, since: performance.now() });
    this.#traffic.add({
      from: 'yaoshi',
      to: 'wechat',
      kind: 'request',
      title: 'code2Session',
      fields: fieldsOf(call.query),
    });
  }

  /** Yaoshi has moved on, so it no longer waits for a pending call with this code. */
  #noteGivenUp(code: string, key: TextKey): void {
    for (const [number, pending] of this.#pending) {
      if (pending.code === code) {
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
    if (call.status !== null && this.#pending.delete(number)) {
      const isOk = call.errcode === 0;
      this.#traffic.add({
        from: 'wechat',
        to: 'yaoshi',
        kind: isOk ? 'response' : 'failure',
        title: isOk ? 'session_key' : failure(call),
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
