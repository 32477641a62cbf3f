/** A call of the Mini Program to `wx`, as a tap sees it. */
export interface WxCall {
  /** The method: `login`, `request`, `getStorage` and so on. */
  readonly name: string;
  /** What the Mini Program gave, without its callbacks. A tap may put other values in. */
  readonly options: Record<string, unknown>;
}

/** What a `wx` method hands to its success callback. */
export type WxResult = { errMsg: string } & Record<string, unknown>;

/**
 * Stands between the Mini Program and the phone. It may watch (`await proceed()` and look), do something
 * before or after, answer by itself, or fail by throwing a {@link WxFailure}.
 */
export type Tap = (call: WxCall, proceed: () => Promise<WxResult>) => Promise<WxResult>;

/** What a `wx` method hands to its fail callback. */
export class WxFailure extends Error {
  override readonly name = 'WxFailure';
  /** `login:fail …`, as WeChat writes it. */
  readonly errMsg: string;
  /** WeChat's number, where there is one. */
  readonly errno: number | undefined;

  constructor(errMsg: string, errno?: number) {
    super(errMsg);
    this.errMsg = errMsg;
    this.errno = errno;
  }
}

interface Callbacks {
  success?: (result: WxResult) => void;
  fail?: (failure: { errMsg: string; errno?: number }) => void;
  complete?: (outcome: { errMsg: string }) => void;
}

/** One method of the phone: what it does with the options. */
export type PhoneMethod = (options: Record<string, unknown>) => Promise<WxResult>;

/**
 * Calls back as WeChat does: `success` or `fail`, then `complete`. Answers a promise where none of them was
 * given (WeChat's base library does so since 2.10.2).
 */
export function answer(outcome: Promise<WxResult>, callbacks: Callbacks): Promise<WxResult> | undefined {
  if (!callbacks.success && !callbacks.fail && !callbacks.complete) {
    return outcome.catch((error: unknown) => Promise.reject(told(error)));
  }
  outcome.then(
    (result) => {
      callbacks.success?.(result);
      callbacks.complete?.(result);
    },
    (error: unknown) => {
      const failure = told(error);
      callbacks.fail?.(failure);
      callbacks.complete?.(failure);
    },
  );
  return undefined;
}

/** The failure as WeChat tells it: a plain object. What is none is a mistake here and goes on as it is. */
function told(error: unknown): { errMsg: string; errno?: number } {
  if (!(error instanceof WxFailure)) {
    throw error;
  }
  return error.errno === undefined ? { errMsg: error.errMsg } : { errMsg: error.errMsg, errno: error.errno };
}

/** The options without the callbacks, and the callbacks. */
export function taken(given: unknown): { options: Record<string, unknown>; callbacks: Callbacks } {
  const { success, fail, complete, ...options } = (given ?? {}) as Record<string, unknown> & Callbacks;
  return {
    options,
    callbacks: { ...(success && { success }), ...(fail && { fail }), ...(complete && { complete }) },
  };
}
