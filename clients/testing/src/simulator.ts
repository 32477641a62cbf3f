/** A WeChat user to create. The simulator fills in omitted fields. */
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
  /** Without the country code. */
  phone_number?: string;
  country_code?: string;
}

/** A fault that the simulator injects. See docs/src/simulator.md for what each kind does. */
export type Fault = {
  endpoint: string;
  app_id?: string;
  /** How many calls it affects; all if absent. */
  count?: number;
  /** The share of calls it affects, 0 to 1. */
  rate?: number;
  /** Whether WeChat uses up the code before it fails. */
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

/** A call of the server to WeChat. */
export interface PlatformCall {
  /** Milliseconds since 1970, by the simulator's clock. */
  at: number;
  method: string;
  endpoint: string;
  /** The query, with secrets masked. */
  query: Record<string, string>;
  /** The kind of the injected fault, if any. */
  fault: string | null;
  /** The HTTP status of the response; `null` until there is one. */
  status: number | null;
  /** WeChat's errcode; 0 for success. */
  errcode: number | null;
}

/** The calls of the server to WeChat. */
export interface PlatformCalls {
  total: number;
  /** How many of them WeChat charges for. */
  billed: number;
  by_endpoint: Record<string, number>;
  calls: PlatformCall[];
}

/** The path of WeChat's code2Session. */
export const CODE_TO_SESSION = '/sns/jscode2session';

/** The path of WeChat's getPhoneNumber. */
export const PHONE_NUMBER = '/wxa/business/getuserphonenumber';

/** A client of the simulator's control routes. */
export class Simulator {
  /** The simulator's URL, without a trailing slash. */
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  /** Creates a WeChat user and returns its id. */
  async createUser(user: NewUser = {}): Promise<string> {
    const { user_id } = await this.#send<{ user_id: string }>('POST', '/sim/users', user);
    return user_id;
  }

  /** Replaces the user's session_key. */
  async rotate(userId: string, appId: string): Promise<void> {
    await this.#send('POST', `/sim/users/${userId}/rotate`, { app_id: appId });
  }

  /** Calls `POST /sim/wx/{method}`, as a phone would. */
  phone(method: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
    return this.#send('POST', `/sim/wx/${method}`, body);
  }

  /** Advances the clock of the simulator and of the server. */
  async advance(seconds: number): Promise<void> {
    await this.#send('POST', '/sim/clock/advance', { seconds });
  }

  /** The time, in milliseconds since 1970. */
  async now(): Promise<number> {
    return (await this.#send<{ now: number }>('GET', '/sim/clock')).now;
  }

  /** Replaces all faults. */
  async setFaults(faults: readonly Fault[]): Promise<void> {
    await this.#send('PUT', '/sim/faults', faults);
  }

  async clearFaults(): Promise<void> {
    await this.#send('DELETE', '/sim/faults');
  }

  /** The recorded calls, of one endpoint if it is given. */
  calls(endpoint?: string): Promise<PlatformCalls> {
    const query = endpoint === undefined ? '' : `?endpoint=${encodeURIComponent(endpoint)}`;
    return this.#send('GET', `/sim/calls${query}`);
  }

  async clearCalls(): Promise<void> {
    await this.#send('DELETE', '/sim/calls');
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.url + path, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`the simulator responded to ${method} ${path} with ${response.status}: ${text}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }
}
