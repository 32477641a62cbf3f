import type { RequestResult, TokenStorage, Wx } from './face.js';
import type { Surroundings } from './surroundings.js';
/** What `wx` said went wrong. */
export declare function told(failure: unknown): string;
/** A code, by one `wx.login`. */
export declare function logIn(wx: Wx): Promise<string>;
/** Whether the phone's key is alive, by one `wx.checkSession`; `undefined` where WeChat could not be asked. */
export declare function keyIsAlive(wx: Wx): Promise<boolean | undefined>;
/**
 * One `wx.request`, whatever its status.
 *
 * @throws {@link YaoshiError} `network` if there was no answer, `domain_not_listed` if WeChat sent nothing
 */
export declare function request(wx: Wx, option: WechatMiniprogram.RequestOption): Promise<RequestResult<unknown>>;
/** A name that nothing else has: of WeChat's random bytes, or of time and chance where it has none to give. */
export declare function newName(wx: Wx, { now, random }: Surroundings): Promise<string>;
/** The storage of `wx`, which throws nothing away when the app ends. */
export declare function phoneStorage(wx: Wx): TokenStorage;
