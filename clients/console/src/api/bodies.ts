/** The bodies of the admin API, as far as the console reads them. */

export type Role = 'viewer' | 'operator';

export interface Operator {
  readonly name: string;
  readonly role: Role;
  readonly totp: boolean;
}

/** One page of a list. */
export interface List<T> {
  readonly items: readonly T[];
  /** Where the next page begins; absent on the last one. */
  readonly next?: string;
}

/** Where a request came from. */
export interface Client {
  readonly user_agent?: string;
  readonly ip?: string;
}

export interface Person {
  readonly id: string;
  readonly status: 'active' | 'blocked' | 'erased';
  readonly nickname?: string;
  readonly avatar_url?: string;
  readonly gender?: number;
  readonly language?: string;
  readonly country?: string;
  readonly province?: string;
  readonly city?: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface Identity {
  readonly app_id: string;
  readonly openid: string;
  readonly unionid?: string;
  readonly first_seen_at: string;
  readonly last_seen_at: string;
}

export interface Session extends Client {
  readonly id: string;
  readonly app_id: string;
  readonly state: string;
  readonly created_at: string;
  readonly last_seen_at: string;
  readonly expires_at: string;
  readonly ended_at?: string;
  readonly end_reason?: string;
}

export interface YaoshiEvent extends Client {
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly app_id?: string;
  readonly openid?: string;
  readonly user_id?: string;
  readonly session_id?: string;
  readonly by: string;
  readonly detail?: string;
}

export interface PersonDetails extends Person {
  readonly phone?: { readonly number: string; readonly bound_at: string };
  readonly identities: readonly Identity[];
  readonly sessions: readonly Session[];
  readonly events: readonly YaoshiEvent[];
}

/** Why one request failed. */
export interface Diagnosis {
  readonly id: string;
  readonly request_id: string;
  readonly at: string;
  readonly step: string;
  readonly app_id?: string;
  readonly openid?: string;
  readonly user_id?: string;
  readonly code: string;
  /** The inner cause; absent where the code says it all. */
  readonly cause?: string;
  readonly errcode?: number;
  readonly rid?: string;
  readonly keys: readonly {
    readonly generation: number;
    readonly age_seconds: number;
    readonly superseded: boolean;
  }[];
  readonly before: readonly { readonly kind: string; readonly at: string }[];
  readonly advice: string;
  /** The advice in Chinese, where the server gives both. */
  readonly advice_zh?: string;
  /** What the server's log calls the person. */
  readonly identity?: string;
}

/** The four steps of a login, in one hour at one app. */
export interface Hour {
  readonly hour: string;
  readonly app_id: string;
  readonly codes: number;
  readonly exchanged: number;
  readonly sessions: number;
  readonly registered: number;
}

export interface Failure {
  readonly code: string;
  readonly app_id?: string;
  readonly count: number;
  readonly advice: string;
}

export interface WeChatHealth {
  readonly app_id: string;
  readonly breaker: string;
  readonly pauses: readonly { readonly calls: string; readonly until: string; readonly reason: string }[];
  readonly access_token: { readonly age_seconds: number; readonly expires_in_seconds: number } | null;
  readonly forced_refreshes_left: number;
  readonly errcodes: readonly { readonly errcode: number; readonly count: number }[];
}

export interface Overview {
  readonly hours: readonly Hour[];
  readonly failures: readonly Failure[];
  readonly live_sessions: number | null;
  readonly wechat: readonly WeChatHealth[];
}

export interface MasterKey {
  readonly id: string;
  readonly is_active: boolean;
  /** How many rows of each kind the key seals. */
  readonly sealed: Readonly<Record<string, number>>;
}

export interface Reseal {
  readonly done: number;
  readonly total: number;
  readonly running: boolean;
  readonly started_at: string;
}

export interface Keys {
  readonly master_keys: readonly MasterKey[];
  readonly signing_keys: readonly {
    readonly kid: string;
    readonly state: string;
    readonly created_at: string;
  }[];
  readonly reseal: Reseal | null;
}

export interface Service {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly apps: readonly string[];
}
