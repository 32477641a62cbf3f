import { YaoshiError } from './error.js';
import type { Runtime } from './runtime.js';
import type { RequestResult, TokenStorage, Wx } from './types.js';

/** How long `wx.login` may take, in milliseconds. */
const LOGIN_TIMEOUT = 10_000;

/** What `wx` passes to a fail callback. */
interface Failure {
  errMsg?: string;
}

interface Callbacks<Result> {
  success(result: Result): void;
  fail(failure: Failure): void;
}

/** Turns a `wx` call with callbacks into a promise. It rejects with what `wx` passes to the fail callback. */
function promisify<Result>(call: (callbacks: Callbacks<Result>) => unknown): Promise<Result> {
  return new Promise((success, fail) => {
    call({ success, fail });
  });
}

/** The `errMsg` of a failed `wx` call, or the text of any other error. */
export function messageOf(failure: unknown): string {
  return String((failure as Failure | undefined)?.errMsg ?? failure);
}

/** Gets a code with one `wx.login`. */
export async function loginCode(wx: Wx): Promise<string> {
  let cause: unknown = 'login:ok without a code';
  try {
    const { code } = await promisify<{ code: string }>((callbacks) =>
      wx.login({ timeout: LOGIN_TIMEOUT, ...callbacks }),
    );
    if (code) {
      return code;
    }
  } catch (failure) {
    cause = failure;
  }
  throw new YaoshiError('wx_login_failed', 'login_again', messageOf(cause), { cause });
}

/** Matches the errors of a check that did not reach WeChat. An expired key has many other texts. */
const UNREACHABLE = /request:fail|fail timeout|network|网络|offline|socket|dns|ssl|err_/i;

/** Whether the phone's session_key is valid, by one `wx.checkSession`; `undefined` if WeChat is unreachable. */
export function checkSession(wx: Wx): Promise<boolean | undefined> {
  return promisify((callbacks) => wx.checkSession(callbacks)).then(
    () => true,
    (failure) => (UNREACHABLE.test(messageOf(failure)) ? undefined : false),
  );
}

/**
 * Sends one `wx.request` and returns the response, whatever its status.
 *
 * @throws {@link YaoshiError} `network` if there is no response, `domain_not_listed` if WeChat refuses to send it
 */
export async function wxRequest(
  wx: Wx,
  option: WechatMiniprogram.RequestOption,
): Promise<RequestResult<unknown>> {
  try {
    return await promisify<RequestResult<unknown>>((callbacks) =>
      wx.request({ ...option, ...(callbacks as WechatMiniprogram.RequestOption) }),
    );
  } catch (cause) {
    const message = messageOf(cause);
    throw /domain list/.test(message)
      ? new YaoshiError('domain_not_listed', 'operator', message, { cause })
      : new YaoshiError('network', 'retry', message, { cause });
  }
}

/** A unique key for one code: from `wx.getRandomValues`, or from clock and `random` where that is missing. */
export async function newIdempotencyKey(wx: Wx, { now, random }: Runtime): Promise<string> {
  const encode = (numbers: Iterable<number>) => Array.from(numbers, (n) => n.toString(36)).join('-');
  try {
    const { randomValues } = await promisify<{ randomValues: ArrayBuffer }>((callbacks) =>
      // Throws where the method is missing; the fallback below takes over.
      (wx.getRandomValues as NonNullable<Wx['getRandomValues']>)({ length: 16, ...callbacks }),
    );
    return encode(new Uint32Array(randomValues));
  } catch {
    return encode([now(), random() * 2 ** 52, random() * 2 ** 52].map(Math.floor));
  }
}

/** The storage of `wx`, which survives a restart of the app. */
export function wxStorage(wx: Wx): TokenStorage {
  return {
    getItem: (key) =>
      promisify<{ data: string }>((callbacks) => wx.getStorage({ key, ...callbacks })).then(
        ({ data }) => data,
      ),
    setItem: (key, data) => promisify((callbacks) => wx.setStorage({ key, data, ...callbacks })),
    removeItem: (key) => promisify((callbacks) => wx.removeStorage({ key, ...callbacks })),
  };
}
