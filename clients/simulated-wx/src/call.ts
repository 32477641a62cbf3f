/** A call of the Mini Program to `wx`, as an interceptor sees it. */
export interface WxCall {
  /** The method: `login`, `request`, `getStorage` and so on. */
  readonly name: string;
  /** The Mini Program's options without its callbacks. An interceptor may change them. */
  readonly options: Record<string, unknown>;
}

/** What a `wx` method passes to its success callback. */
export type WxResult = { errMsg: string } & Record<string, unknown>;

/**
 * Intercepts calls between the Mini Program and the phone. It may observe the result of `proceed()`, act before or
 * after it, return a result of its own, or fail the call by throwing a {@link WxFailure}.
 */
export type Interceptor = (call: WxCall, proceed: () => Promise<WxResult>) => Promise<WxResult>;

/** WeChat's numbers of a failure: `errno` of most functions, `errCode` of the payments. */
export interface ErrorNumbers {
  errno?: number;
  errCode?: number;
}

/** The argument of a fail callback. */
export type FailureResult = { errMsg: string } & ErrorNumbers;

/** What a `wx` method passes to its fail callback. */
export class WxFailure extends Error {
  override readonly name = 'WxFailure';
  /** `login:fail …`, as WeChat writes it. */
  readonly errMsg: string;
  readonly numbers: ErrorNumbers;

  constructor(errMsg: string, numbers: ErrorNumbers = {}) {
    super(errMsg);
    this.errMsg = errMsg;
    this.numbers = numbers;
  }
}

interface Callbacks {
  success?: (result: WxResult) => void;
  fail?: (failure: FailureResult) => void;
  complete?: (outcome: { errMsg: string }) => void;
}

/** The implementation of one `wx` method. */
export type PhoneMethod = (options: Record<string, unknown>) => Promise<WxResult>;

/**
 * Calls the callbacks as WeChat does: `success` or `fail`, then `complete`. Returns a promise if there are no
 * callbacks, as WeChat's base library does since 2.10.2.
 */
export function deliver(outcome: Promise<WxResult>, callbacks: Callbacks): Promise<WxResult> | undefined {
  if (!callbacks.success && !callbacks.fail && !callbacks.complete) {
    return outcome.catch((error: unknown) => Promise.reject(failureOf(error)));
  }
  outcome.then(
    (result) => {
      callbacks.success?.(result);
      callbacks.complete?.(result);
    },
    (error: unknown) => {
      const failure = failureOf(error);
      callbacks.fail?.(failure);
      callbacks.complete?.(failure);
    },
  );
  return undefined;
}

/** The failure as a plain object, as WeChat passes it. Any other error is a bug in a test and is rethrown. */
export function failureOf(error: unknown): FailureResult {
  if (!(error instanceof WxFailure)) {
    throw error;
  }
  return { errMsg: error.errMsg, ...error.numbers };
}

/** Separates the options from the callbacks. */
export function splitCallbacks(given: unknown): { options: Record<string, unknown>; callbacks: Callbacks } {
  const { success, fail, complete, ...options } = (given ?? {}) as Record<string, unknown> & Callbacks;
  return {
    options,
    callbacks: { ...(success && { success }), ...(fail && { fail }), ...(complete && { complete }) },
  };
}
