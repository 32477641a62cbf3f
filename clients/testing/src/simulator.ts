/** A WeChat user to be made. What is left out, the simulator makes up. */
export interface NewUser {
  nickname?: string;
  avatar_url?: string;
  gender?: number;
  language?: string;
  country?: string;
  province?: string;
  city?: string;
  unionid?: string;
  openids?: Record<string, string>;
  high_risk?: boolean;
}

/** A fault that calls to the platform meet; the book's page on the simulator tells what each does. */
export type Fault = {
  endpoint: string;
  app_id?: string;
  /** How many calls it meets before it is spent; all where absent. */
  count?: number;
  /** The share of calls it meets, 0 to 1. */
  rate?: number;
  /** WeChat does its work before it fails: the code is used up. */
  consume?: boolean;
} & (
  | { kind: 'errcode'; errcode: number; errmsg?: string }
  | { kind: 'latency'; milliseconds: number }
  | { kind: 'status'; status: number; body?: string }
  | { kind: 'truncated' }
  | { kind: 'malformed'; body?: string }
  | { kind: 'empty' }
  | { kind: 'missing_field'; field: string }
  | { kind: 'reset' }
  | { kind: 'timeout_before'; milliseconds?: number }
  | { kind: 'timeout_after'; milliseconds?: number }
  | { kind: 'slow_bytes'; milliseconds?: number }
  | { kind: 'huge_body'; bytes?: number }
);

/** A call that a server made to the platform. */
export interface PlatformCall {
  /** Milliseconds since 1970, by the simulator's clock. */
  at: number;
  method: string;
  endpoint: string;
  /** The query, secrets masked. */
  query: Record<string, string>;
  /** The kind of the fault it met. */
  fault: string | null;
  /** The HTTP status of the answer; none while it is being answered. */
  status: number | null;
  /** WeChat's number; 0 for success. */
  errcode: number | null;
}

/** What the platform was asked. */
export interface PlatformCalls {
  total: number;
  by_endpoint: Record<string, number>;
  calls: PlatformCall[];
}

/** WeChat's code2Session. */
export const CODE_TO_SESSION = '/sns/jscode2session';

/** The simulator's own routes. */
export class Simulator {
  /** Its address, without a slash at the end. */
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** A WeChat user; answers the name by which phones know them. */
  async createUser(user: NewUser = {}): Promise<string> {
    const { user_id } = await this.#ask<{ user_id: string }>('POST', '/sim/users', user);
    return user_id;
  }

  /** A new session_key for the user at once. */
  async rotate(userId: string, appId: string): Promise<void> {
    await this.#ask('POST', `/sim/users/${userId}/rotate`, { app_id: appId });
  }

  /** What `POST /sim/wx/{method}` answers a phone. */
  phone(method: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#ask('POST', `/sim/wx/${method}`, body);
  }

  /** Lets time pass, for the simulator and for the server beside it. */
  async advance(seconds: number): Promise<void> {
    await this.#ask('POST', '/sim/clock/advance', { seconds });
  }

  /** The time, in milliseconds since 1970. */
  async now(): Promise<number> {
    return (await this.#ask<{ now: number }>('GET', '/sim/clock')).now;
  }

  /** Sets all faults; those that were there end. */
  async setFaults(faults: readonly Fault[]): Promise<void> {
    await this.#ask('PUT', '/sim/faults', faults);
  }

  async clearFaults(): Promise<void> {
    await this.#ask('DELETE', '/sim/faults');
  }

  /** What the platform was asked, at one endpoint if it is named. */
  calls(endpoint?: string): Promise<PlatformCalls> {
    const query = endpoint === undefined ? '' : `?endpoint=${encodeURIComponent(endpoint)}`;
    return this.#ask('GET', `/sim/calls${query}`);
  }

  async clearCalls(): Promise<void> {
    await this.#ask('DELETE', '/sim/calls');
  }

  async #ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`the simulator answers ${method} ${path} with ${response.status}: ${text}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
