import { type Field, fieldsOf } from '../traffic/fields.js';
import type { PlatformWatcher } from '../traffic/recorder.js';
import type { Traffic } from '../traffic/traffic.js';
import type { PlatformCall, Simulator } from './simulator.js';

/** How often the simulator is polled while a request is in flight, in milliseconds. */
const POLL_INTERVAL = 250;

/** Records Yaoshi's calls to WeChat by polling the simulator's call log during each request. */
export class CallLogPoller implements PlatformWatcher {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #onFault: () => void;
  /** How many calls of the log are recorded. */
  #recorded = 0;
  /** The recorded calls without a response yet. */
  readonly #pending = new Set<number>();
  #polling: Promise<void> = Promise.resolve();

  /** Calls `onFault` for every call that had a fault injected. */
  constructor(simulator: Simulator, traffic: Traffic, onFault: () => void) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#onFault = onFault;
  }

  /** Ignores all calls so far. */
  async skipExisting(): Promise<void> {
    this.#recorded = (await this.#simulator.calls()).total;
    this.#pending.clear();
  }

  async watch<T>(request: () => Promise<T>): Promise<T> {
    const timer = setInterval(() => void this.#poll(), POLL_INTERVAL);
    try {
      return await request();
    } finally {
      clearInterval(timer);
      await this.#poll();
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
    if (log.total < this.#recorded) {
      this.#recorded = 0;
      this.#pending.clear();
    }
    log.calls.forEach((call, index) => {
      this.#record(call, oldest + index);
    });
    this.#recorded = log.total;
  }

  #record(call: PlatformCall, number: number): void {
    if (number >= this.#recorded) {
      this.#pending.add(number);
      this.#traffic.add({
        from: 'yaoshi',
        to: 'wechat',
        kind: 'request',
        title: 'code2Session',
        fields: fieldsOf(call.query),
      });
      if (call.fault !== null) {
        this.#onFault();
      }
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
