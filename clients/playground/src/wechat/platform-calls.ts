import { type Field, fieldsOf } from '../traffic/fields.js';
import type { OnTheWay } from '../traffic/tap.js';
import type { Traffic } from '../traffic/traffic.js';
import type { PlatformCall, Simulator } from './simulator.js';

/** How often is looked while Yaoshi has a request in its hands, in milliseconds. */
const EVERY = 250;

/** What Yaoshi asks WeChat, read from the simulator's record and written down where it belongs in time. */
export class WatchedCalls implements OnTheWay {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #metFault: () => void;
  /** How many calls of the record are written down, and which of them are not answered yet. */
  #written = 0;
  readonly #open = new Set<number>();
  #looking: Promise<void> = Promise.resolve();

  /** Tells `metFault` of every call that met a fault. */
  constructor(simulator: Simulator, traffic: Traffic, metFault: () => void) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#metFault = metFault;
  }

  /** Takes what was asked so far as known. */
  async begin(): Promise<void> {
    this.#written = (await this.#simulator.calls()).total;
    this.#open.clear();
  }

  async watching<T>(request: () => Promise<T>): Promise<T> {
    const ticking = setInterval(() => void this.#look(), EVERY);
    try {
      return await request();
    } finally {
      clearInterval(ticking);
      await this.#look();
    }
  }

  /** One look after the other, so that nothing is written twice. */
  #look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#lookOnce());
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    // A record that cannot be read is read at the next look.
    const record = await this.#simulator.calls().catch(() => undefined);
    if (record === undefined) {
      return;
    }
    const oldest = record.total - record.calls.length;
    if (record.total < this.#written) {
      this.#written = 0;
      this.#open.clear();
    }
    record.calls.forEach((call, index) => {
      this.#write(call, oldest + index);
    });
    this.#written = record.total;
  }

  #write(call: PlatformCall, number: number): void {
    if (number >= this.#written) {
      this.#open.add(number);
      this.#traffic.add({
        from: 'yaoshi',
        to: 'wechat',
        kind: 'ask',
        title: 'code2Session',
        fields: fieldsOf(call.query),
      });
      if (call.fault !== null) {
        this.#metFault();
      }
    }
    if (call.status !== null && this.#open.delete(number)) {
      const isGood = call.errcode === 0;
      this.#traffic.add({
        from: 'wechat',
        to: 'yaoshi',
        kind: isGood ? 'answer' : 'failure',
        title: isGood ? 'session_key' : failure(call),
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
