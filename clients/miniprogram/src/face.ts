import type { components } from './api.js';
import type { YaoshiError } from './error.js';

type Schemas = components['schemas'];

/** A user, as the server tells them. */
export type User = Schemas['User'];

/** A place where the user is logged in. `current` is this one. */
export type SessionItem = Schemas['ListedSession'];

/** What the user typed in. A field that is left out stays as it is; `null` empties it. */
export type ProfileChange = Schemas['ProfileRequest'];

/** What an app shows. */
export type State =
  /** Nothing is known yet: the stored token is not confirmed, or `start` was not called. */
  | { readonly kind: 'starting' }
  /** Nobody is logged in, and nobody will be until `login` or `register` is called. */
  | { readonly kind: 'signed_out' }
  /** A login is under way. */
  | { readonly kind: 'logging_in' }
  /** Logged in; the user has yet to register. */
  | { readonly kind: 'unregistered'; readonly sessionId: string }
  /** Logged in as a user. */
  | { readonly kind: 'registered'; readonly sessionId: string; readonly user: User }
  /** The last attempt to log in failed; `login` and `start` try again. */
  | { readonly kind: 'failed'; readonly error: YaoshiError };

/** What `wx.getUserInfo` gives: signed and encrypted user info. More members do no harm. */
export interface SignedData {
  /** The string exactly as WeChat gave it. */
  rawData: string;
  signature: string;
  encryptedData: string;
  iv: string;
}

/** What a wx call gives that collects open data, such as `wx.getWeRunData`. More members do no harm. */
export interface CollectedData {
  encryptedData: string;
  iv: string;
  /** With `signature`, where the call gives them. */
  rawData?: string;
  signature?: string;
}

/**
 * Calls `wx` for data, and is called again where the data has to be collected anew. A rejection whose `errMsg`
 * tells that the user refused becomes the error `cancelled`.
 */
export type Collect<Data> = () => Promise<Data>;

/**
 * Where the token is kept between starts, under one key. Every method may answer at once or by a promise, and
 * may fail: the client then keeps the token in memory. `localStorage` is one.
 */
export interface TokenStorage {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>;
  setItem(key: string, value: string): unknown;
  removeItem(key: string): unknown;
}

/** The methods of `wx` that the client calls. */
export type Wx = Pick<
  WechatMiniprogram.Wx,
  'login' | 'checkSession' | 'request' | 'getStorage' | 'setStorage' | 'removeStorage'
> &
  Partial<Pick<WechatMiniprogram.Wx, 'getRandomValues'>>;

/** What a client is made of. */
export interface YaoshiOptions {
  /** Where the server is, such as `https://login.example.com`. */
  baseUrl: string;
  /** The Mini Program's app id. */
  appId: string;
  /** Where the token is kept; `wx`'s storage where none is given. */
  storage?: TokenStorage;
  /** WeChat; the global `wx` where none is given. */
  wx?: Wx;
  /**
   * Origins of your own back ends, such as `https://api.example.com`: `request` gives the token to these and
   * to the server, and to nobody else. `wx.request` follows redirects by itself: none of these may redirect to
   * somebody else.
   */
  origins?: readonly string[];
}

/** What to request: the options of `wx.request` but for its callbacks, and a word on repetition. */
export interface RequestOptions
  extends Pick<
    WechatMiniprogram.RequestOption,
    | 'data'
    | 'header'
    | 'timeout'
    | 'dataType'
    | 'responseType'
    | 'enableHttp2'
    | 'enableQuic'
    | 'forceCellularNetwork'
  > {
  /** Relative to the server's address, or absolute at its origin or one of `origins`. */
  url: string;
  /** `GET` where absent. `wx.request` knows no `PATCH`. */
  method?: 'GET' | 'HEAD' | 'OPTIONS' | 'TRACE' | 'CONNECT' | 'PUT' | 'DELETE' | 'POST';
  /**
   * Whether the request may be sent again when nobody knows what became of it. By default a `POST` may not,
   * and everything else may.
   */
  repeatable?: boolean;
}

/** What a request was answered with, as `wx.request` gives it. */
export type RequestResult<T> = Pick<
  WechatMiniprogram.RequestSuccessCallbackResult,
  'statusCode' | 'header' | 'errMsg'
> & { data: T };

/** The user's profile. Every method needs a registered session. */
export interface Profile {
  /** The user, from the server. */
  get(): Promise<User>;
  /** Takes what the user typed in. */
  update(change: ProfileChange): Promise<User>;
  /** Takes what WeChat tells of the user; what they typed in stays where WeChat is silent. */
  refresh(collect: Collect<CollectedData>): Promise<User>;
}

/** Where the user is logged in. */
export interface Sessions {
  /** All places, newest first, at most 100. */
  list(): Promise<SessionItem[]>;
  /** Logs out there. For the current session it is `logout`. One that has ended already is no failure. */
  end(id: string): Promise<void>;
  /** Logs out everywhere but here. */
  endOthers(): Promise<void>;
  /** Logs out everywhere, here too. */
  endAll(): Promise<void>;
}

/** A client. Clients of one app at one server over one storage share their login. */
export interface Yaoshi {
  /** What to show now. */
  readonly state: State;
  /** Tells every new state. Answers how to stop listening. */
  on(event: 'state', listener: (state: State) => void): () => void;
  /**
   * For the app's launch and for its return to the foreground (`App.onShow`): confirms the stored token, asks
   * `wx.checkSession` once, logs in where that is needed. After a `logout` it stays signed out. It does not
   * reject: what went wrong is the state `failed`.
   */
  start(): Promise<State>;
  /**
   * Logs in unless somebody is logged in. However many call it, there is one login.
   *
   * @returns the state `unregistered` or `registered`
   * @throws {@link YaoshiError}, which is in the state `failed` as well
   */
  login(): Promise<State>;
  /**
   * Makes the person a user: logs in where needed, and only then collects. Who is a user already is not asked
   * for data.
   *
   * @param collect for instance `() => wx.getUserInfo({})`
   */
  register(collect: Collect<SignedData>): Promise<User>;
  /**
   * Has the server decrypt open data, such as WeRun steps: logs in where needed, and only then collects.
   *
   * @param collect for instance `() => wx.getWeRunData()`
   * @returns the JSON object that WeChat encrypted, which is not checked to be a `T`
   */
  openData<T extends object>(collect: Collect<CollectedData>): Promise<T>;
  readonly profile: Profile;
  readonly sessions: Sessions;
  /**
   * Asks `wx.checkSession` whether the key of this phone is alive. WeChat limits such calls: `start` and
   * whatever collects data ask by themselves.
   *
   * @returns whether it was; if not, a login has taken place meanwhile
   */
  checkSession(): Promise<boolean>;
  /**
   * `wx.request` with the token. Follows what an answer says under `recover`; an answer without it is handed
   * over whatever its status, as `wx.request` does.
   *
   * @returns the answer, whose data is not checked to be a `T`
   */
  request<T = unknown>(options: RequestOptions): Promise<RequestResult<T>>;
  /** Ends the session at the server if that can be reached, and forgets it here in any case. Does not reject. */
  logout(): Promise<void>;
}
