import { YaoshiError } from './error.js';
import type { RequestResult, TokenStorage, Wx } from './face.js';
import type { Surroundings } from './surroundings.js';

/** How long `wx.login` may take, in milliseconds. */
const LOGIN_TIMEOUT = 10_000;

/** What `wx` hands to a fail callback. */
interface Failure {
  errMsg?: string;
}

interface Callbacks<Result> {
  success(result: Result): void;
  fail(failure: Failure): void;
}

/** A call that calls back, as a promise. It rejects with what `wx` handed to the fail callback. */
function called<Result>(call: (callbacks: Callbacks<Result>) => unknown): Promise<Result> {
  return new Promise((success, fail) => {
    call({ success, fail });
  });
}

/** What `wx` said went wrong. */
export function told(failure: unknown): string {
  return String((failure as Failure | undefined)?.errMsg ?? failure);
}

/** A code, by one `wx.login`. */
export async function logIn(wx: Wx): Promise<string> {
  let why: unknown = 'login:ok without a code';
  try {
    const { code } = await called<{ code: string }>((callbacks) =>
      wx.login({ timeout: LOGIN_TIMEOUT, ...callbacks }),
    );
    if (code) {
      return code;
    }
  } catch (failure) {
    why = failure;
  }
  throw new YaoshiError('wx_login_failed', 'login_again', told(why), { cause: why });
}

/** What tells a check that could not be made from a key that is dead, which WeChat tells in many words. */
const NOT_ASKED = /request:fail|fail timeout|network|网络|offline|socket|dns|ssl|err_/i;

/** Whether the phone's key is alive, by one `wx.checkSession`; `undefined` where WeChat could not be asked. */
export function keyIsAlive(wx: Wx): Promise<boolean | undefined> {
  return called((callbacks) => wx.checkSession(callbacks)).then(
    () => true,
    (failure) => (NOT_ASKED.test(told(failure)) ? undefined : false),
  );
}

/**
 * One `wx.request`, whatever its status.
 *
 * @throws {@link YaoshiError} `network` if there was no answer, `domain_not_listed` if WeChat sent nothing
 */
export async function request(
  wx: Wx,
  option: WechatMiniprogram.RequestOption,
): Promise<RequestResult<unknown>> {
  try {
    return await called<RequestResult<unknown>>((callbacks) =>
      wx.request({ ...option, ...(callbacks as WechatMiniprogram.RequestOption) }),
    );
  } catch (failure) {
    const why = told(failure);
    throw /domain list/.test(why)
      ? new YaoshiError('domain_not_listed', 'operator', why, { cause: failure })
      : new YaoshiError('network', 'retry', why, { cause: failure });
  }
}

/** A name that nothing else has: of WeChat's random bytes, or of time and chance where it has none to give. */
export async function newName(wx: Wx, { now, random }: Surroundings): Promise<string> {
  const digits = (numbers: Iterable<number>) => Array.from(numbers, (n) => n.toString(36)).join('-');
  try {
    const { randomValues } = await called<{ randomValues: ArrayBuffer }>((callbacks) =>
      // Where the method is missing, the call throws and chance has to do.
      (wx.getRandomValues as NonNullable<Wx['getRandomValues']>)({ length: 16, ...callbacks }),
    );
    return digits(new Uint32Array(randomValues));
  } catch {
    return digits([now(), random() * 2 ** 52, random() * 2 ** 52].map(Math.floor));
  }
}

/** The storage of `wx`, which throws nothing away when the app ends. */
export function phoneStorage(wx: Wx): TokenStorage {
  return {
    getItem: (key) =>
      called<{ data: string }>((callbacks) => wx.getStorage({ key, ...callbacks })).then(({ data }) => data),
    setItem: (key, data) => called((callbacks) => wx.setStorage({ key, data, ...callbacks })),
    removeItem: (key) => called((callbacks) => wx.removeStorage({ key, ...callbacks })),
  };
}
