/**
 * A `wx` whose phone side is Yaoshi's WeChat simulator and whose network is `fetch`. It runs in Node and in a
 * browser. Taps see every call that calls back: to watch what travels, to let things happen between two steps,
 * or to fail.
 *
 * @module
 */
import { answer, type PhoneMethod, type Tap, taken, type WxResult } from './call.js';
import { type Fetch, request } from './network.js';
import { type Phone, phoneMethods } from './phone.js';
import { type StoredData, storageMethods, storageSyncMethods } from './storage.js';

export { type Tap, type WxCall, WxFailure, type WxResult } from './call.js';
export type { Fetch } from './network.js';
export type { Phone } from './phone.js';
export type { StoredData } from './storage.js';

/** What to make a simulated `wx` of. */
export interface SimulatedWxOptions extends Phone {
  /** What carries the requests, to the simulator too; the platform's `fetch` where none is given. */
  fetch?: Fetch;
  /** What the phone keeps; an empty one where none is given. */
  storage?: StoredData;
  /** Taps that are there from the beginning, the outermost first. */
  taps?: readonly Tap[];
}

/** The methods of `wx` that are simulated, with WeChat's types. */
export type SimulatedMethods = Pick<
  WechatMiniprogram.Wx,
  | 'login'
  | 'checkSession'
  | 'getUserInfo'
  | 'getUserProfile'
  | 'getWeRunData'
  | 'request'
  | 'getRandomValues'
  | 'getStorage'
  | 'setStorage'
  | 'removeStorage'
  | 'getStorageSync'
  | 'setStorageSync'
  | 'removeStorageSync'
  | 'clearStorageSync'
>;

/** A simulated `wx`. */
export interface SimulatedWx extends SimulatedMethods {
  /** What the phone keeps. */
  readonly simulatedStorage: StoredData;
  /** Adds a tap inside those that are there. Answers how to take it away again. */
  tap(tap: Tap): () => void;
}

/** Makes a `wx`. */
export function simulatedWx(options: SimulatedWxOptions): SimulatedWx {
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const stored: StoredData = options.storage ?? new Map();
  const taps: Tap[] = [...(options.taps ?? [])];

  const run = (name: string, given: Record<string, unknown>, method: PhoneMethod): Promise<WxResult> => {
    const call = { name, options: given };
    const inwards = taps.reduceRight<() => Promise<WxResult>>(
      (proceed, tap) => async () => tap(call, proceed),
      () => method(call.options),
    );
    return inwards();
  };
  const methods = {
    ...phoneMethods(options, fetch),
    ...storageMethods(stored),
    getRandomValues: randomValues,
  };
  const calling = Object.entries(methods).map(([name, method]) => [
    name,
    (given?: unknown) => {
      const { options, callbacks } = taken(given);
      return answer(run(name, options, method), callbacks);
    },
  ]);
  const wx = {
    ...Object.fromEntries(calling),
    ...storageSyncMethods(stored),
    request: (given: unknown) => {
      const { options, callbacks } = taken(given);
      const abort = new AbortController();
      const outcome = run('request', options, (options) => request(fetch, options, abort.signal));
      // Without callbacks `wx.request` answers its task all the same, and nobody hears of a failure.
      answer(outcome, { complete: () => {}, ...callbacks });
      return { abort: () => abort.abort() };
    },
    simulatedStorage: stored,
    tap: (tap: Tap) => {
      taps.push(tap);
      return () => {
        taps.splice(taps.indexOf(tap), 1);
      };
    },
  };
  return wx as unknown as SimulatedWx;
}

async function randomValues({ length }: Record<string, unknown>): Promise<WxResult> {
  const bytes = crypto.getRandomValues(new Uint8Array(Number(length)));
  return { errMsg: 'getRandomValues:ok', randomValues: bytes.buffer };
}
