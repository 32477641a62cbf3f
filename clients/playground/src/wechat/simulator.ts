import { SimulatorError } from '../traffic/errors.js';
import { fetchForPage } from '../traffic/fetch.js';

/** A fault that the simulator injects into calls to WeChat. */
export type PlatformFault =
  | { readonly kind: 'errcode'; readonly errcode: number }
  | { readonly kind: 'latency'; readonly milliseconds: number };

/** A call to WeChat, with secrets masked. */
export interface PlatformCall {
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  /** The members of a JSON body. */
  readonly body: Readonly<Record<string, string>>;
  /** The kind of the injected fault, if any. */
  readonly fault: string | null;
  /** The HTTP status of the response; `null` until there is one. */
  readonly status: number | null;
  /** WeChat's errcode; 0 for success. */
  readonly errcode: number | null;
}

/** The log of calls to WeChat, the server's and those of the phones that WeChat's own servers check. */
export interface PlatformCalls {
  /** How many calls there were, including those no longer listed. */
  readonly total: number;
  /** The latest calls, oldest first. */
  readonly calls: readonly PlatformCall[];
}

const CODE_TO_SESSION = '/sns/jscode2session';

/** A client of the simulator's control routes. */
export class Simulator {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Creates a WeChat user and returns its id. */
  async createUser(user: { nickname: string; city: string }): Promise<string> {
    const { user_id } = await this.#send<{ user_id: string }>('POST', '/sim/users', user);
    return user_id;
  }

  /** Replaces the user's session_key. */
  async rotate(userId: string, appId: string): Promise<void> {
    await this.#send('POST', `/sim/users/${userId}/rotate`, { app_id: appId });
  }

  /** Makes the app's access tokens invalid. */
  async killAccessTokens(appId: string): Promise<void> {
    await this.#send('POST', '/sim/access-tokens/kill', { app_id: appId });
  }

  /** Advances the clock. Returns the new time, in milliseconds since 1970. */
  async advance(seconds: number): Promise<number> {
    return (await this.#send<{ now: number }>('POST', '/sim/clock/advance', { seconds })).now;
  }

  /** The time, in milliseconds since 1970. */
  async now(): Promise<number> {
    return (await this.#send<{ now: number }>('GET', '/sim/clock')).now;
  }

  /** Replaces all faults. `count` is how many calls a fault affects. */
  async setFaults(faults: readonly { fault: PlatformFault; count: number }[]): Promise<void> {
    const listed = faults.map(({ fault, count }) => ({ endpoint: CODE_TO_SESSION, count, ...fault }));
    await this.#send('PUT', '/sim/faults', listed);
  }

  /** The log of all calls. */
  calls(): Promise<PlatformCalls> {
    return this.#send('GET', '/sim/calls');
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetchForPage(this.url + path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new SimulatorError(response.status, text);
    }
    return JSON.parse(text) as T;
  }
}
