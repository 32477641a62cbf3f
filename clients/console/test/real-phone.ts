/** The phone of somebody whom the operators of the real server have to do with. */
import { APP_ID, type NewUser, type Simulator } from 'yaoshi-testing';

/** What the server answers to a phone. */
export interface Answer {
  readonly status: number;
  readonly requestId: string;
  /** The members that the tests read. */
  readonly body: {
    readonly code?: string;
    readonly state?: string;
    readonly token?: string;
    readonly user?: { readonly id: string };
  };
}

/** User info as it is sent to the server. */
export interface UserInfo {
  readonly raw_data: string;
  readonly signature: string;
  readonly encrypted_data: string;
  readonly iv: string;
}

/** A phone that sends each request once, whatever the answer is. It keeps the newest token. */
export class RealPhone {
  readonly #yaoshi: string;
  readonly #wechat: Simulator;
  readonly #user: { readonly app_id: string; readonly user_id: string };
  #token: string | undefined;

  private constructor(yaoshi: string, wechat: Simulator, userId: string) {
    this.#yaoshi = yaoshi;
    this.#wechat = wechat;
    this.#user = { app_id: APP_ID, user_id: userId };
  }

  /** The phone of a new WeChat user. */
  static async of(user: NewUser, yaoshi: string, wechat: Simulator): Promise<RealPhone> {
    return new RealPhone(yaoshi, wechat, await wechat.createUser(user));
  }

  async logIn(): Promise<Answer> {
    this.#token = undefined;
    const { code } = await this.#wechat.phone('login', this.#user);
    return this.#send('POST', '/v1/login', { app_id: APP_ID, code });
  }

  /** Registers with user info. */
  register(info: UserInfo): Promise<Answer> {
    return this.#send('POST', '/v1/register', info);
  }

  /** Registers with a tap on the phone button. */
  async registerByPhone(): Promise<Answer> {
    const { code } = await this.#wechat.phone('getPhoneNumber', this.#user);
    return this.#send('POST', '/v1/register', { phone_code: code });
  }

  /** Sends user info to be kept as the profile. */
  refreshProfile(info: UserInfo): Promise<Answer> {
    return this.#send('POST', '/v1/me/profile', info);
  }

  /** Asks whether the session is valid. */
  askAboutSession(): Promise<Answer> {
    return this.#send('GET', '/v1/session');
  }

  async collectUserInfo(): Promise<UserInfo> {
    const { rawData, signature, encryptedData, iv } = await this.#wechat.phone('getUserInfo', this.#user);
    return {
      raw_data: String(rawData),
      signature: String(signature),
      encrypted_data: String(encryptedData),
      iv: String(iv),
    };
  }

  async #send(method: string, path: string, sent?: object): Promise<Answer> {
    const response = await fetch(this.#yaoshi + path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    });
    const body = (await response.json()) as Answer['body'];
    this.#token = body.token ?? this.#token;
    return { status: response.status, requestId: response.headers.get('x-request-id') ?? '', body };
  }
}
