/**
 * A `wx` whose phone side is Yaoshi's WeChat simulator and whose network is `fetch`. It runs in Node and in a
 * browser. Interceptors see every asynchronous call: they observe it, act before or after it, or make it fail.
 *
 * @module
 */
import {
  deliver,
  type FailureResult,
  failureOf,
  type Interceptor,
  type PhoneMethod,
  splitCallbacks,
  type WxResult,
} from './call.js';
import { type Fetch, request } from './network.js';
import { type Phone, phoneMethods } from './phone.js';
import { type StoredData, storageMethods, storageSyncMethods } from './storage.js';

export {
  type ErrorNumbers,
  type FailureResult,
  type Interceptor,
  type WxCall,
  WxFailure,
  type WxResult,
} from './call.js';
export type { Fetch } from './network.js';
export type { Phone } from './phone.js';
export type { StoredData } from './storage.js';

/** The options of a simulated `wx`. */
export interface SimulatedWxOptions extends Phone {
  /** Sends all requests, also those to the simulator; the global `fetch` by default. */
  fetch?: Fetch;
  /** The phone's storage; empty by default. */
  storage?: StoredData;
  /** The initial interceptors, the outermost first. */
  interceptors?: readonly Interceptor[];
}

/** The methods of `wx` that are simulated, with WeChat's types. */
export type SimulatedMethods = Pick<
  WechatMiniprogram.Wx,
  | 'login'
  | 'checkSession'
  | 'getUserInfo'
  | 'getUserProfile'
  | 'getWeRunData'
  | 'requestVirtualPayment'
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

/** The detail of `bindgetphonenumber`: a code, or the reason why there is none. */
export type PhoneNumberDetail = FailureResult & { code?: string };

/** A simulated `wx`. */
export interface SimulatedWx extends SimulatedMethods {
  /**
   * Taps a button with `open-type="getPhoneNumber"`. Returns the detail of its event. Interceptors see the tap as
   * a call of `getPhoneNumber`.
   */
  tapPhoneButton(): Promise<PhoneNumberDetail>;
  /** The phone's storage. */
  readonly simulatedStorage: StoredData;
  /** Adds an innermost interceptor. Returns a function that removes it. */
  intercept(interceptor: Interceptor): () => void;
}

/** Creates a simulated `wx`. */
export function simulatedWx(options: SimulatedWxOptions): SimulatedWx {
  const fetch: Fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  const stored: StoredData = options.storage ?? new Map();
  const interceptors: Interceptor[] = [...(options.interceptors ?? [])];

  const run = (name: string, given: Record<string, unknown>, method: PhoneMethod): Promise<WxResult> => {
    const call = { name, options: given };
    const chain = interceptors.reduceRight<() => Promise<WxResult>>(
      (proceed, intercept) => async () => intercept(call, proceed),
      () => method(call.options),
    );
    return chain();
  };
  const { methods: phone, phoneButton } = phoneMethods(options, fetch);
  const methods = {
    ...phone,
    ...storageMethods(stored),
    getRandomValues: randomValues,
  };
  const asyncMethods = Object.entries(methods).map(([name, method]) => [
    name,
    (given?: unknown) => {
      const { options, callbacks } = splitCallbacks(given);
      return deliver(run(name, options, method), callbacks);
    },
  ]);
  const wx = {
    ...Object.fromEntries(asyncMethods),
    ...storageSyncMethods(stored),
    request: (given: unknown) => {
      const { options, callbacks } = splitCallbacks(given);
      const abort = new AbortController();
      const outcome = run('request', options, (options) => request(fetch, options, abort.signal));
      // `wx.request` returns its task even without callbacks; a failure is then ignored.
      deliver(outcome, { complete: () => {}, ...callbacks });
      return { abort: () => abort.abort() };
    },
    tapPhoneButton: () => run('getPhoneNumber', {}, phoneButton).catch(failureOf),
    simulatedStorage: stored,
    intercept: (interceptor: Interceptor) => {
      interceptors.push(interceptor);
      return () => {
        interceptors.splice(interceptors.indexOf(interceptor), 1);
      };
    },
  };
  return wx as unknown as SimulatedWx;
}

async function randomValues({ length }: Record<string, unknown>): Promise<WxResult> {
  const bytes = crypto.getRandomValues(new Uint8Array(Number(length)));
  return { errMsg: 'getRandomValues:ok', randomValues: bytes.buffer };
}
