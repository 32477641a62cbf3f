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
  readonly nickname: string;
  readonly avatar_url: string;
  readonly gender: number;
  readonly language: string;
  readonly country: string;
  readonly province: string;
  readonly city: string;
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
  /** `person`, `shell`, `operator:` and a name, or `service:` and an id. */
  readonly by: string;
  readonly detail?: string;
}

/** What became of a message of WeChat's. */
export const PUSH_STATES = ['applied', 'kept', 'waiting', 'delivered', 'undelivered'] as const;

/** How it goes to send something to a back end. */
export interface Tried {
  readonly tries: number;
  /** Absent where it is not sent again. */
  readonly next_try_at?: string;
  /** How the last try ended: the status of the answer, or why there was none. */
  readonly outcome?: string;
}

/** A message of WeChat's, without what it says. */
export interface Push extends Tried {
  readonly id: string;
  /** When it arrived first. */
  readonly at: string;
  /** The event, or the type of the message. */
  readonly event: string;
  readonly app_id: string;
  /** Whom it is about, masked. */
  readonly openid?: string;
  readonly state: (typeof PUSH_STATES)[number];
}

/** What a message says. */
export interface PushContent {
  /** The message as indented JSON; absent once the person was erased. */
  readonly message?: string;
  /** What a back end answered. */
  readonly answer?: string;
}

/** A back end that the server posts events to. */
export interface Webhook {
  readonly name: string;
  readonly host: string;
  /** The kinds of events that it gets. */
  readonly events: readonly string[];
  /** How many events wait for it. */
  readonly waiting: number;
  /** How many events were given up. */
  readonly undelivered: number;
}

/** What becomes of an event until a webhook takes it. */
export const DELIVERY_STATES = ['waiting', 'undelivered'] as const;

/** An event that a webhook has not taken. */
export interface Delivery extends Tried {
  readonly id: number;
  /** The webhook's name. It may have left the configuration. */
  readonly webhook: string;
  readonly state: (typeof DELIVERY_STATES)[number];
  readonly event: YaoshiEvent;
}

export interface PersonDetails extends Person {
  readonly phone?: { readonly number: string; readonly bound_at: string };
  readonly identities: readonly Identity[];
  readonly sessions: readonly Session[];
  readonly events: readonly YaoshiEvent[];
}

/** The proof of an erasure. */
export interface Erasure {
  readonly user_id: string;
  readonly event_id: string;
  readonly erased_at: string;
}

/** What to do about a failure. Empty where there is nothing to say. */
export interface Advice {
  readonly advice: string;
  readonly advice_zh: string;
}

/** Why one request failed. */
export interface Diagnosis extends Advice {
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

export interface Failure extends Advice {
  readonly code: string;
  readonly app_id?: string;
  readonly count: number;
}

/** A time until which calls of an endpoint wait, such as for a limit of WeChat to pass. */
export interface Pause {
  readonly endpoint: string;
  readonly until: string;
  readonly errcode?: number;
}

/** How WeChat does for one app. */
export interface AppHealth {
  readonly app_id: string;
  readonly pauses: readonly Pause[];
  /** Absent where the instance that answers holds none. */
  readonly access_token?: { readonly obtained_at: string; readonly expires_at: string };
  readonly forced_refreshes_left: number;
  readonly errcodes: readonly { readonly errcode: number; readonly count: number }[];
}

/** How WeChat does, as the instance sees it that answers. */
export interface WeChatHealth {
  readonly endpoints: readonly { readonly endpoint: string; readonly breaker: string }[];
  readonly apps: readonly AppHealth[];
}

export interface Overview {
  /** Only hours and apps where something was counted. */
  readonly hours: readonly Hour[];
  /** The most frequent first. */
  readonly failures: readonly Failure[];
  /** Absent until they were counted for the first time. */
  readonly live_sessions?: { readonly count: number; readonly counted_at: string };
  readonly wechat: WeChatHealth;
}

/** What master keys seal. */
export const SEALED_KINDS = ['session_keys', 'phones', 'signing_keys', 'operators', 'pushes'] as const;

export interface MasterKey {
  readonly id: string;
  /** `newest` seals. `older` only opens. `missing` seals rows and is not configured: they cannot be opened. */
  readonly state: 'newest' | 'older' | 'missing';
  /** How many rows of each kind the key seals. */
  readonly sealed: Readonly<Record<(typeof SEALED_KINDS)[number], number>>;
}

/** A key that signs assertions. */
export interface SigningKey {
  readonly id: string;
  readonly state: string;
  readonly signs_from: string;
}

/** Work on all sealed rows, which takes its time. */
export interface Work {
  readonly kind: 'count' | 'reseal';
  /** `stopped`: the instance that did it went away. */
  readonly state: 'running' | 'done' | 'stopped';
  readonly started_at: string;
  /** The operator; absent for a count. */
  readonly started_by?: string;
  /** In rows, as `total`. */
  readonly done: number;
  readonly total: number;
}

export interface Keys {
  readonly master_keys: readonly MasterKey[];
  /** When the rows were counted; absent until the first count ends. */
  readonly counted_at?: string;
  readonly signing_keys: readonly SigningKey[];
  /** The last work; absent where there never was any. */
  readonly work?: Work;
}

export interface Service {
  readonly id: string;
  readonly scopes: readonly string[];
  /** The apps that it may ask about; absent where it may ask about all. */
  readonly apps?: readonly string[];
}
