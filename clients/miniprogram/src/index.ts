/**
 * The Mini Program's half of a login with Yaoshi.
 *
 * @module
 */
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
