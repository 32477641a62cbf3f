/**
 * The Mini Program's half of a login with Yaoshi.
 *
 * @module
 */
import { createYaoshiIn } from './client.js';
import type { Yaoshi, YaoshiOptions } from './face.js';
import { platform } from './surroundings.js';

export { type ErrorCode, type ErrorDetails, type Recover, YaoshiError } from './error.js';
export type {
  Collect,
  CollectedData,
  Profile,
  ProfileChange,
  RequestOptions,
  RequestResult,
  SessionItem,
  Sessions,
  SignedData,
  State,
  TokenStorage,
  User,
  Wx,
  Yaoshi,
  YaoshiOptions,
} from './face.js';

/** Makes a client. It does nothing until it is asked to. */
export function createYaoshi(options: YaoshiOptions): Yaoshi {
  return createYaoshiIn(platform, options);
}
