/** A fault that the next calls to WeChat meet, as the simulator takes it. */
export type Fault =
  | { readonly kind: 'errcode'; readonly errcode: number }
  | { readonly kind: 'latency'; readonly milliseconds: number };

/** A call that a server made to WeChat, secrets masked. */
export interface PlatformCall {
  readonly query: Readonly<Record<string, string>>;
  /** The kind of the fault it met. */
  readonly fault: string | null;
  /** The HTTP status of the answer; none while it is being answered. */
  readonly status: number | null;
  /** WeChat's number; 0 for success. */
  readonly errcode: number | null;
}

/** What WeChat was asked. */
export interface PlatformCalls {
  /** How many calls there were, listed or not. */
  readonly total: number;
  /** The last ones, oldest first. */
  readonly calls: readonly PlatformCall[];
}

const CODE_TO_SESSION = '/sns/jscode2session';

/** The controls of the simulated WeChat. */
export class Simulator {
  readonly address: string;

  constructor(address: string) {
    this.address = address;
  }

  /** A WeChat user; answers the name by which phones know them. */
  async createUser(user: { nickname: string; city: string }): Promise<string> {
    const { user_id } = await this.#ask<{ user_id: string }>('POST', '/sim/users', user);
    return user_id;
  }

  /** A new session_key for the user at once. */
  async rotate(userId: string, appId: string): Promise<void> {
    await this.#ask('POST', `/sim/users/${userId}/rotate`, { app_id: appId });
  }

  /** Lets seconds pass; answers the time then, in milliseconds since 1970. */
  async advance(seconds: number): Promise<number> {
    return (await this.#ask<{ now: number }>('POST', '/sim/clock/advance', { seconds })).now;
  }

  /** The time, in milliseconds since 1970. */
  async now(): Promise<number> {
    return (await this.#ask<{ now: number }>('GET', '/sim/clock')).now;
  }

  /** Puts these faults, each with how many calls it meets, in the place of all earlier ones. */
  async setFaults(faults: readonly { fault: Fault; count: number }[]): Promise<void> {
    const listed = faults.map(({ fault, count }) => ({ endpoint: CODE_TO_SESSION, count, ...fault }));
    await this.#ask('PUT', '/sim/faults', listed);
  }

  /** The record of code2Session. */
  calls(): Promise<PlatformCalls> {
    return this.#ask('GET', `/sim/calls?endpoint=${encodeURIComponent(CODE_TO_SESSION)}`);
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.address + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${response.status} ${text}`);
    }
    return JSON.parse(text) as T;
  }
}
