import { content } from './answer.js';
import type { paths } from './api.js';
import type { Wx } from './face.js';
import { patiently, type Repetition } from './patience.js';
import { request } from './phone.js';
import type { Surroundings } from './surroundings.js';

/** How long Yaoshi may take to answer, in milliseconds. It gives up a login itself after eight seconds. */
const TIMEOUT = 15_000;

/** A route, written `POST /v1/login`. */
type Route = {
  [Path in keyof paths & string]: {
    [Method in 'get' | 'post' | 'patch' | 'delete']: paths[Path][Method] extends object
      ? `${Uppercase<Method>} ${Path}`
      : never;
  }['get' | 'post' | 'patch' | 'delete'];
}[keyof paths & string];

type Operation<R extends Route> = R extends `${infer Method} ${infer Path}`
  ? Path extends keyof paths
    ? Lowercase<Method> extends keyof paths[Path]
      ? paths[Path][Lowercase<Method>]
      : never
    : never
  : never;

type Json<Content> = Content extends { content: { 'application/json': infer Value } } ? Value : undefined;

/** What the route takes. */
type Body<R extends Route> = Operation<R> extends { requestBody: infer Content } ? Json<Content> : undefined;

/** What the route answers when all went well. */
type Answer<R extends Route> =
  Operation<R> extends { responses: infer Responses }
    ? { [Status in keyof Responses & (200 | 201)]: Json<Responses[Status]> }[keyof Responses & (200 | 201)]
    : never;

/** By which member of its JSON Yaoshi's answer is known: there are gateways that answer 200 in JSON, too. */
const MEMBERS: Record<string, string> = {
  '/v1/login': 'token',
  '/v1/register': 'token',
  '/v1/me': 'id',
  '/v1/me/profile': 'id',
  '/v1/open-data': 'data',
  '/v1/session': 'state',
  '/v1/sessions': 'sessions',
};

/** What goes with a request. */
export interface Sending<R extends Route> {
  token?: string;
  body?: Body<R>;
  /** What stands for `{id}` in the route. */
  id?: string;
  /** The name of a login that may be sent again. */
  idempotencyKey?: string;
  /** Whether anybody still waits for it; always, where absent. */
  wanted?: Repetition['wanted'];
}

/** Yaoshi, over HTTP. Every one of its routes may be repeated, the login because it carries a name. */
export class Server {
  constructor(
    readonly wx: Wx,
    readonly baseUrl: string,
    readonly appId: string,
    readonly surroundings: Surroundings,
  ) {}

  /** Sends a request, again where that helps. */
  send<R extends Route>(route: R, sending: Sending<R>): Promise<Answer<R>> {
    const wanted = sending.wanted ?? (() => true);
    return patiently(() => this.sendOnce(route, sending), { repeatable: true, wanted }, this.surroundings);
  }

  /** Sends a request once. */
  async sendOnce<R extends Route>(
    route: R,
    { token, body, id, idempotencyKey }: Sending<R>,
  ): Promise<Answer<R>> {
    const [method, path] = route.split(' ') as ['GET', string];
    const answer = await request(this.wx, {
      method,
      url: this.baseUrl + path.replace('{id}', encodeURIComponent(id ?? '')),
      timeout: TIMEOUT,
      header: {
        ...(token && authorization(token)),
        ...(idempotencyKey && { 'Idempotency-Key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { data: body as object }),
    });
    return content(answer, MEMBERS[path]) as Answer<R>;
  }
}

/** The header that carries a token. */
export function authorization(token: string): { Authorization: string } {
  return { Authorization: `Bearer ${token}` };
}
