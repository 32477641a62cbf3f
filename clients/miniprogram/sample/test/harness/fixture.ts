import { after, afterEach, before } from 'node:test';
import { type SimulatedWx, simulatedWx } from 'simulated-wx';
import { startYaoshi, type Yaoshi } from 'yaoshi-testing';
import { MiniProgram } from './mini-program.js';
import { type Shop, serviceSettings, startShop } from './shop.js';

/** A phone that runs the sample. */
export interface Phone {
  readonly userId: string;
  readonly wx: SimulatedWx;
  readonly sample: MiniProgram;
}

/** The options of a phone. */
export interface PhoneOptions {
  /** The WeChat user; a new one by default. */
  userId?: string;
  /** A phone to launch again, with its storage. */
  relaunch?: Phone;
  uploadAvatar?: (temporaryPath: string) => Promise<string>;
  /** The URL of the back end that sells; the fixture's by default. */
  shop?: string;
  /** The simulator's URL, if the sample itself is to use it in place of WeChat. */
  simulator?: string;
  /** Interceptors that are active from the launch on. */
  interceptors?: NonNullable<Parameters<typeof simulatedWx>[0]['interceptors']>;
}

/** Starts a server with a simulated WeChat for the tests of one file. */
export class Fixture {
  #yaoshi: Yaoshi | undefined;
  #shop: Shop | undefined;
  #open: MiniProgram[] = [];

  /** `sells`: also starts the back end that sells. */
  constructor({ sells = false } = {}) {
    before(async () => {
      this.#yaoshi = await startYaoshi(sells ? { env: serviceSettings } : {});
      this.#shop = sells ? await startShop(this.#yaoshi.baseUrl) : undefined;
    });
    afterEach(async () => {
      for (const sample of this.#open.splice(0)) {
        sample.close();
      }
      await this.wechat.clearFaults();
    });
    after(async () => {
      this.#shop?.stop();
      await this.#yaoshi?.stop();
    });
  }

  get yaoshi(): Yaoshi {
    if (this.#yaoshi === undefined) {
      throw new Error('the server runs only during tests');
    }
    return this.#yaoshi;
  }

  get wechat(): Yaoshi['wechat'] {
    return this.yaoshi.wechat;
  }

  /** Launches the sample on a phone. */
  async launch(options: PhoneOptions = {}): Promise<Phone> {
    const { baseUrl, appId, wechat } = this.yaoshi;
    const userId =
      options.relaunch?.userId ?? options.userId ?? (await wechat.createUser({ nickname: '阿明' }));
    const wx = simulatedWx({
      simulator: wechat.url,
      appId,
      userId,
      ...(options.relaunch && { storage: options.relaunch.wx.simulatedStorage }),
      ...(options.interceptors && { interceptors: options.interceptors }),
    });
    options.relaunch?.sample.close();
    const { simulator = null, uploadAvatar = null, shop = this.#shop?.url ?? null } = options;
    const sample = new MiniProgram(wx, { baseUrl, appId, simulator, uploadAvatar, shop });
    this.#open.push(sample);
    return { userId, wx, sample };
  }

  /** Launches the sample and registers with the nickname from WeChat. */
  async launchRegistered(options: PhoneOptions = {}): Promise<Phone> {
    const phone = await this.launch(options);
    await phone.sample.screen.waitForText('尚未注册');
    phone.sample.screen.tap('去注册');
    phone.sample.screen.tap('注册');
    await phone.sample.waitForPage('pages/home/home');
    await phone.sample.screen.waitForText('阿明');
    return phone;
  }

  /** Logs the same user in on another device, without the sample. Returns the session's token and id. */
  async loginElsewhere(
    userId: string,
    userAgent: string,
  ): Promise<{ token: string; session: { id: string } }> {
    const { baseUrl, appId, wechat } = this.yaoshi;
    const device = { app_id: appId, user_id: userId, device: userAgent };
    const { code } = await wechat.phone('login', device);
    const response = await fetch(`${baseUrl}/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body: JSON.stringify({ app_id: appId, code }),
    });
    return (await response.json()) as { token: string; session: { id: string } };
  }

  /** Ends all sessions of a user, from another device. */
  async endAllSessions(userId: string): Promise<void> {
    const { token } = await this.loginElsewhere(userId, 'another device');
    await fetch(`${this.yaoshi.baseUrl}/v1/sessions`, { method: 'DELETE', headers: bearer(token) });
  }

  /** The status of `GET /v1/session` with a token. */
  async statusOf(token: string): Promise<number> {
    return (await fetch(`${this.yaoshi.baseUrl}/v1/session`, { headers: bearer(token) })).status;
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
