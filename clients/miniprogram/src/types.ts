import type { components } from './api.js';
import type { YaoshiError } from './error.js';

type Schemas = components['schemas'];

/** A user, as the server returns it. */
export type User = Schemas['User'];

/** A user's phone number, in the form of E.164, and since when the user has it. */
export type Phone = Schemas['Phone'];

/** A session of the user. `current` marks the one of this phone. */
export type SessionItem = Schemas['ListedSession'];

/** Changes to the profile. An omitted field stays unchanged; `null` clears it. */
export type ProfileChange = Schemas['ProfileRequest'];

/** The state of the login, for the app to show. */
export type State =
  /** Not known yet: the stored token is not confirmed, or `start` has not been called. */
  | { readonly kind: 'starting' }
  /** Logged out; stays so until `login`, `register` or `registerByPhone` is called. */
  | { readonly kind: 'signed_out' }
  /** A login is in progress. */
  | { readonly kind: 'logging_in' }
  /** Logged in, not registered yet. */
  | { readonly kind: 'unregistered'; readonly sessionId: string }
  /** Logged in and registered. */
  | { readonly kind: 'registered'; readonly sessionId: string; readonly user: User }
  /** The last attempt to log in failed; `login` and `start` try again. */
  | { readonly kind: 'failed'; readonly error: YaoshiError };

/** The result of `wx.getUserInfo`: signed and encrypted user info. Further members are ignored. */
export interface SignedData {
  /** The string exactly as WeChat returned it. */
  rawData: string;
  signature: string;
  encryptedData: string;
  iv: string;
}

/** The result of a wx call that collects open data, such as `wx.getWeRunData`. Further members are ignored. */
export interface CollectedData {
  encryptedData: string;
  iv: string;
  /** Together with `signature`, where the call returns them. */
  rawData?: string;
  signature?: string;
}

/**
 * Collects data from `wx`. The client calls it again when it needs fresh data. A rejection whose `errMsg` says
 * that the user refused becomes the error `cancelled`.
 */
export type Collect<Data> = () => Promise<Data>;

/** The detail of `bindgetphonenumber` or `bindgetrealtimephonenumber`. Further members are ignored. */
export interface PhoneDetail {
  /** Valid for five minutes and one use. Missing if the user or WeChat refused. */
  code?: string;
  errMsg?: string;
  /** WeChat's reason for a refusal. */
  errno?: number;
}

/** A tap on the phone button: the event's detail, or its code. */
export type PhoneTap = PhoneDetail | string;

/**
 * Stores the token between starts, under one key. Methods may be synchronous or return promises. If one fails,
 * the client keeps the token in memory. `localStorage` has this interface.
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

/** The options of a client. */
export interface YaoshiOptions {
  /** The server's URL, such as `https://login.example.com`. */
  baseUrl: string;
  /** The Mini Program's app id. */
  appId: string;
  /** Where the token is stored; the storage of `wx` by default. */
  storage?: TokenStorage;
  /** The global `wx` by default. */
  wx?: Wx;
  /**
   * Origins of your own back ends, such as `https://api.example.com`. `request` sends the token only to these
   * and to the server. They must not redirect to other origins: `wx.request` follows redirects by itself.
   */
  origins?: readonly string[];
}

/** The options of `wx.request` without its callbacks, and `repeatable`. */
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
  /** Relative to `baseUrl`, or absolute with its origin or one of `origins`. */
  url: string;
  /** `GET` by default. `wx.request` does not support `PATCH`. */
  method?: 'GET' | 'HEAD' | 'OPTIONS' | 'TRACE' | 'CONNECT' | 'PUT' | 'DELETE' | 'POST';
  /**
   * Whether the request may be sent again when its outcome is unknown. By default false for `POST` and true for
   * all other methods.
   */
  repeatable?: boolean;
}

/** The response to a request, as `wx.request` returns it. */
export type RequestResult<T> = Pick<
  WechatMiniprogram.RequestSuccessCallbackResult,
  'statusCode' | 'header' | 'errMsg'
> & { data: T };

/** The user's profile. Every method needs a registered session. */
export interface Profile {
  /** Fetches the user from the server. */
  get(): Promise<User>;
  /** Saves the fields that the user entered. */
  update(change: ProfileChange): Promise<User>;
  /** Updates the profile from WeChat's user info. Where that is anonymous, what the user entered stays. */
  refresh(collect: Collect<CollectedData>): Promise<User>;
}

/** The user's phone number. Every method needs a registered session. */
export interface PhoneNumber {
  /** Fetches the number; `null` if the user has none. */
  get(): Promise<Phone | null>;
  /** Binds the number that a tap on the phone button shared, in place of any other. */
  bind(tap: PhoneTap): Promise<Phone>;
  /** Removes the number, if there is one. */
  unbind(): Promise<void>;
}

/** The user's sessions, on all phones. */
export interface Sessions {
  /** Lists the sessions, newest first, at most 100. */
  list(): Promise<SessionItem[]>;
  /** Ends a session; the current one by `logout`. Succeeds if it has ended already. */
  end(id: string): Promise<void>;
  /** Ends all sessions but the current one. */
  endOthers(): Promise<void>;
  /** Ends all sessions, including the current one. */
  endAll(): Promise<void>;
}

/** A client. Clients with the same app, server and storage share one login. */
export interface Yaoshi {
  /** The current state. */
  readonly state: State;
  /** Calls the listener with every new state. Returns a function that removes it. */
  on(event: 'state', listener: (state: State) => void): () => void;
  /**
   * Call it at launch and on return to the foreground (`App.onShow`). Confirms the stored token, calls
   * `wx.checkSession` once, and logs in if needed. Does nothing after a `logout`. Never rejects: an error is in
   * the state `failed`.
   */
  start(): Promise<State>;
  /**
   * Logs in unless a user is logged in. Concurrent calls share one login.
   *
   * @returns the state `unregistered` or `registered`
   * @throws {@link YaoshiError}, which is also in the state `failed`
   */
  login(): Promise<State>;
  /**
   * Registers the user: logs in if needed, and only then collects. Collects nothing from a user who is already
   * registered.
   *
   * @param collect for instance `() => wx.getUserInfo({})`
   */
  register(collect: Collect<SignedData>): Promise<User>;
  /**
   * Registers the user by phone: logs in if needed, and sends the code. Sends nothing for a user who is already
   * registered; that user binds a number with `phone.bind`. Repeats a request whose response was lost, and so does
   * another call with the same tap; WeChat charges for one exchange. An error with `collect_again` needs another tap.
   *
   * @param tap the `detail` of `bindgetphonenumber`, or its code
   */
  registerByPhone(tap: PhoneTap): Promise<User>;
  /**
   * Decrypts open data, such as WeRun steps, on the server: logs in if needed, and only then collects.
   *
   * @param collect for instance `() => wx.getWeRunData()`
   * @returns the JSON object that WeChat encrypted; whether it is a `T` is not checked
   */
  openData<T extends object>(collect: Collect<CollectedData>): Promise<T>;
  readonly phone: PhoneNumber;
  readonly profile: Profile;
  readonly sessions: Sessions;
  /**
   * Checks with `wx.checkSession` whether this phone's session_key is valid, and logs in if it is not. Rarely
   * needed: `start` and the methods that collect data check by themselves, and WeChat limits such calls.
   *
   * With `atServer`, the server asks WeChat about the key that it holds. Use it before something that a stale key
   * would spoil, such as a payment that your back end signs.
   *
   * @returns whether the key was valid before the call
   */
  checkSession(options?: { atServer?: boolean }): Promise<boolean>;
  /**
   * `wx.request` with the token. Acts on `recover` in the response. A response without it is returned whatever
   * its status, as `wx.request` does.
   *
   * @returns the response; whether its data is a `T` is not checked
   */
  request<T = unknown>(options: RequestOptions): Promise<RequestResult<T>>;
  /** Ends the session at the server if possible, and deletes the token in any case. Never rejects. */
  logout(): Promise<void>;
}
