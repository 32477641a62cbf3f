import type { Yaoshi, YaoshiOptions } from './face.js';
export { type ErrorCode, type ErrorDetails, type Recover, YaoshiError } from './error.js';
export type { Collect, CollectedData, Profile, ProfileChange, RequestOptions, RequestResult, SessionItem, Sessions, SignedData, State, TokenStorage, User, Wx, Yaoshi, YaoshiOptions, } from './face.js';
/** Makes a client. It does nothing until it is asked to. */
export declare function createYaoshi(options: YaoshiOptions): Yaoshi;
