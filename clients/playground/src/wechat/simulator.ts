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

/** A message to push to the app's server. */
export interface NewPush {
  readonly app_id: string;
  readonly user_id: string;
  readonly event: string;
  /** WeChat's number of what the user withdraws. */
  readonly revoke_info?: string;
  readonly delivery: Delivery;
}

/** What is unusual about the delivery of a push. */
export interface Delivery {
  readonly duplicate?: true;
  readonly wrong_signature?: true;
  readonly delay_seconds?: number;
  /** The push is held back until the next one was sent. */
  readonly after_next?: true;
}

/** A message that was or will be pushed. */
export interface Push {
  readonly id: number;
  readonly event: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly state: 'pending' | 'accepted' | 'given_up';
  /** When it is sent next, in milliseconds since 1970; `null` if it is held back, or not sent any more. */
  readonly next_at: number | null;
  /** What was sent, oldest first. */
  readonly attempts: readonly PushAttempt[];
}

/** An attempt to send a push, which ended. */
export interface PushAttempt {
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  readonly url: string;
  /** The server's response; `undefined` if there was none in time. */
  readonly response?: { readonly status: number; readonly body: string };
}

const CODE_TO_SESSION = '/sns/jscode2session';

/** A client of the simulator's control routes. */
export class Simulator {
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Creates a WeChat user and returns its id. */
  async createUser(user: {
    nickname: string;
    city: string;
    openids: Readonly<Record<string, string>>;
  }): Promise<string> {
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

  /** Pushes a message, and waits for the first answer if it is sent at once. */
  push(push: NewPush): Promise<Push> {
    return this.#send('POST', '/sim/push', push);
  }

  /** The latest pushes to the app's server, oldest first. */
  async pushes(appId: string): Promise<readonly Push[]> {
    return (await this.#send<{ pushes: Push[] }>('GET', `/sim/pushes?app_id=${appId}`)).pushes;
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
