import type { components } from './api.js';

type Problem = components['schemas']['Problem'];

/**
 * What to do about a failure. The server's verbs, of which the client follows `login_again`, `collect_again`
 * and `retry` by itself before it gives up; and `cancelled`: the user said no, and may be asked again when they
 * next tap.
 */
export type Recover = Problem['recover'] | 'cancelled';

/**
 * Which failure it was. The server's codes, listed in its error reference, and what never got so far:
 *
 * | code | recover | what happened |
 * |---|---|---|
 * | `network` | `retry` | no answer: no network, a time-out, or a connection that broke |
 * | `domain_not_listed` | `operator` | the server is not among the app's request domains (request 合法域名) |
 * | `unexpected_answer` | `retry` or `operator` | an answer that is not Yaoshi's, of a gateway for instance |
 * | `wx_login_failed` | `login_again` | `wx.login` gave no code |
 * | `cancelled` | `cancelled` | the user refused what the collector asked for |
 * | `collect_failed` | `collect_again` | the collector failed otherwise, or gave nothing |
 * | `signed_out` | `login_again` | nobody is logged in: `logout` was called, perhaps meanwhile |
 * | `foreign_origin` | `fix_request` | the token is not for the request's origin |
 */
export type ErrorCode =
  | Problem['code']
  | 'network'
  | 'domain_not_listed'
  | 'unexpected_answer'
  | 'wx_login_failed'
  | 'cancelled'
  | 'collect_failed'
  | 'signed_out'
  | 'foreign_origin';

/** What is known of a failure beside its code and verb. */
export interface ErrorDetails {
  /** The HTTP status, if there was an answer. */
  status?: number;
  /** The request's id, as in the server's log. */
  requestId?: string;
  /** How long the server asks to wait before a `retry`, in seconds. */
  retryAfter?: number;
  /** The field that is wrong, where one is. */
  field?: string;
  /** What failed underneath: what `wx` handed to its fail callback, or what the collector threw. */
  cause?: unknown;
}

/** Why the client gave up. */
export class YaoshiError extends Error {
  /** Which failure it was. Stable. */
  readonly code: ErrorCode;
  /** What to do about it. Stable. */
  readonly recover: Recover;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** The request's id, as in the server's log. */
  readonly requestId?: string;
  /** How long the server asks to wait before a `retry`, in seconds. */
  readonly retryAfter?: number;
  /** The field that is wrong, where one is. */
  readonly field?: string;
  /** What failed underneath: what `wx` handed to its fail callback, or what the collector threw. */
  readonly cause?: unknown;

  /** `message` is for people and may change. */
  constructor(code: ErrorCode, recover: Recover, message: string, details: ErrorDetails = {}) {
    super(message);
    this.name = 'YaoshiError';
    this.code = code;
    this.recover = recover;
    Object.assign(this, details);
  }
}

/** What to do about whatever was thrown, if it says so. */
export function recovery(error: unknown): Recover | undefined {
  return (error as Partial<YaoshiError> | undefined)?.recover;
}
