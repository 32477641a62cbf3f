import type { paths } from './api.js';
import { bodyOf } from './response.js';
import { type RetryPolicy, withRetries } from './retry.js';
import type { Runtime } from './runtime.js';
import type { Wx } from './types.js';
import { wxRequest } from './wx.js';

/** How long Yaoshi may take to respond, in milliseconds. The server itself gives up a login after 8 seconds. */
const TIMEOUT = 15_000;

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** A route, such as `POST /v1/login`. */
type Route = {
  [Path in keyof paths & string]: {
    [M in Method]: paths[Path][M] extends object ? `${Uppercase<M>} ${Path}` : never;
  }[Method];
}[keyof paths & string];

type Operation<R extends Route> = R extends `${infer Method} ${infer Path}`
  ? Path extends keyof paths
    ? Lowercase<Method> extends keyof paths[Path]
      ? paths[Path][Lowercase<Method>]
      : never
    : never
  : never;

type Json<Content> = Content extends { content: { 'application/json': infer Value } } ? Value : undefined;

/** The route's request body. */
type Body<R extends Route> = Operation<R> extends { requestBody: infer Content } ? Json<Content> : undefined;

/** The route's response body on success. */
type ResponseBody<R extends Route> =
  Operation<R> extends { responses: infer Responses }
    ? { [Status in keyof Responses & (200 | 201)]: Json<Responses[Status]> }[keyof Responses & (200 | 201)]
    : never;

/** The member that proves a JSON response to be Yaoshi's: a gateway, too, may respond with 200 and JSON. */
const MEMBERS: Record<string, string> = {
  '/v1/login': 'token',
  '/v1/register': 'token',
  '/v1/me': 'id',
  '/v1/me/phone': 'phone',
  '/v1/me/profile': 'id',
  '/v1/open-data': 'data',
  '/v1/session': 'state',
  '/v1/session/check': 'session_key',
  '/v1/sessions': 'sessions',
};

/** The parts of a request. */
export interface RequestParts<R extends Route> {
  token?: string;
  body?: Body<R>;
  /** Replaces `{id}` in the route. */
  id?: string;
  /** Makes a request with a code safe to repeat. */
  idempotencyKey?: string;
  /** Whether a caller still waits for it; always, where absent. */
  isWanted?: RetryPolicy['isWanted'];
}

/** Yaoshi over HTTP. Every route is safe to repeat, those with codes thanks to their idempotency keys. */
export class Server {
  constructor(
    readonly wx: Wx,
    readonly baseUrl: string,
    readonly appId: string,
    readonly runtime: Runtime,
  ) {}

  /** Sends a request, with retries. */
  send<R extends Route>(route: R, parts: RequestParts<R>): Promise<ResponseBody<R>> {
    const isWanted = parts.isWanted ?? (() => true);
    return withRetries(() => this.sendOnce(route, parts), { repeatable: true, isWanted }, this.runtime);
  }

  /** Sends a request once. */
  async sendOnce<R extends Route>(
    route: R,
    { token, body, id, idempotencyKey }: RequestParts<R>,
  ): Promise<ResponseBody<R>> {
    const [method, path] = route.split(' ') as ['GET', string];
    const response = await wxRequest(this.wx, {
      method,
      url: this.baseUrl + path.replace('{id}', encodeURIComponent(id ?? '')),
      timeout: TIMEOUT,
      header: {
        ...(token && authorization(token)),
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { data: body as object }),
    });
    return bodyOf(response, MEMBERS[path]) as ResponseBody<R>;
  }
}

/** The header that carries a token. */
export function authorization(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
