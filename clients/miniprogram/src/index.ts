/**
 * The client of Yaoshi, the login server for WeChat Mini Programs.
 *
 * @module
 */
import { createYaoshiWith } from './client.js';
import { systemRuntime } from './runtime.js';
import type { Yaoshi, YaoshiOptions } from './types.js';

export { type ErrorCode, type ErrorDetails, type Recover, YaoshiError } from './error.js';
export type {
  Collect,
  CollectedData,
  Phone,
  PhoneDetail,
  PhoneNumber,
  PhoneTap,
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
} from './types.js';

/** Creates a client. It sends nothing until one of its methods is called. */
export function createYaoshi(options: YaoshiOptions): Yaoshi {
  return createYaoshiWith(systemRuntime, options);
}
