import type { components } from './api.js';

type Problem = components['schemas']['Problem'];

/**
 * What to do about an error. The server's verbs, plus `cancelled`: the user refused, and may be asked again at
 * the next tap. The client acts on `login_again`, `collect_again` and `retry` by itself before it rejects; only a
 * tap on the phone button it cannot repeat.
 */
export type Recover = Problem['recover'] | 'cancelled';

/**
 * What went wrong. The server's codes, listed in its error reference, and these of the client:
 *
 * | code | recover | what happened |
 * |---|---|---|
 * | `network` | `retry` | no response: no network, a timeout, or a broken connection |
 * | `domain_not_listed` | `operator` | the server is not among the app's request domains (request 合法域名) |
 * | `unexpected_answer` | `retry` or `operator` | a response that is not Yaoshi's, from a gateway for instance |
 * | `wx_login_failed` | `login_again` | `wx.login` returned no code |
 * | `cancelled` | `cancelled` | the user refused to share the data |
 * | `collect_failed` | `collect_again` | the collector failed for another reason or returned nothing, or the phone button gave no code |
 * | `phone_quota_exhausted` | `operator` | the phone button gives no codes: the app's quota is used up (errno 1400001) |
 * | `phone_risk_control` | `operator` | the phone button gives this user no code: WeChat's risk control (errno 1421102) |
 * | `signed_out` | `login_again` | the user is signed out: `logout` was called, perhaps during the request |
 * | `foreign_origin` | `fix_request` | the token must not be sent to the request's origin |
 */
export type ErrorCode =
  | Problem['code']
  | 'network'
  | 'domain_not_listed'
  | 'unexpected_answer'
  | 'wx_login_failed'
  | 'cancelled'
  | 'collect_failed'
  | 'phone_quota_exhausted'
  | 'phone_risk_control'
  | 'signed_out'
  | 'foreign_origin';

/** Details of an error besides `code` and `recover`. */
export interface ErrorDetails {
  /** The HTTP status, if there was a response. */
  status?: number;
  /** The request's id, which is also in the server's log. */
  requestId?: string;
  /** How long to wait before a `retry`, in seconds. */
  retryAfter?: number;
  /** The invalid field, if there is one. */
  field?: string;
  /** The underlying error: what `wx` passed to its fail callback, or what the collector threw. */
  cause?: unknown;
}

/** The error with which every method of the client rejects. */
export class YaoshiError extends Error {
  /** What went wrong. Stable. */
  readonly code: ErrorCode;
  /** What to do about it. Stable. */
  readonly recover: Recover;
  /** The HTTP status, if there was a response. */
  readonly status?: number;
  /** The request's id, which is also in the server's log. */
  readonly requestId?: string;
  /** How long to wait before a `retry`, in seconds. */
  readonly retryAfter?: number;
  /** The invalid field, if there is one. */
  readonly field?: string;
  /** The underlying error: what `wx` passed to its fail callback, or what the collector threw. */
  readonly cause?: unknown;

  /** `message` is for people and may change between versions. */
  constructor(code: ErrorCode, recover: Recover, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'YaoshiError';
    this.code = code;
    this.recover = recover;
    Object.assign(this, details);
  }
}

/** The `recover` of a thrown value, if it has one. */
export function recovery(error: unknown): Recover | undefined {
  return (error as Partial<YaoshiError> | undefined)?.recover;
}
