import { after, afterEach, before } from 'node:test';
import { type SimulatedWx, simulatedWx } from 'simulated-wx';
import { startYaoshi, type Yaoshi } from 'yaoshi-testing';
import { MiniProgram } from './mini-program.js';

/** A phone with the sample on it. */
export interface Phone {
  readonly userId: string;
  readonly wx: SimulatedWx;
  readonly sample: MiniProgram;
}

/** What a phone is to be like. */
export interface PhoneOptions {
  /** The WeChat user's; made up where absent. */
  userId?: string;
  /** The phone that is launched again, with what it stored. */
  again?: Phone;
  uploadAvatar?: (temporaryPath: string) => Promise<string>;
  /** The simulator's address where the sample itself is to use it in place of WeChat. */
  simulator?: string;
  /** Taps that are there from the launch on. */
  taps?: NonNullable<Parameters<typeof simulatedWx>[0]['taps']>;
}

/** A server and a WeChat for the tests of one file. */
export class World {
  #yaoshi: Yaoshi | undefined;
  #open: MiniProgram[] = [];

  constructor() {
    before(async () => {
      this.#yaoshi = await startYaoshi();
    });
    afterEach(async () => {
      for (const sample of this.#open.splice(0)) {
        sample.close();
      }
      await this.wechat.clearFaults();
    });
    after(() => this.#yaoshi?.stop());
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
    const userId = options.again?.userId ?? options.userId ?? (await wechat.createUser({ nickname: '阿明' }));
    const wx = simulatedWx({
      simulator: wechat.url,
      appId,
      userId,
      ...(options.again && { storage: options.again.wx.simulatedStorage }),
      ...(options.taps && { taps: options.taps }),
    });
    options.again?.sample.close();
    const { simulator = null, uploadAvatar = null } = options;
    const sample = new MiniProgram(wx, { baseUrl, appId, simulator, uploadAvatar });
    this.#open.push(sample);
    return { userId, wx, sample };
  }

  /** Launches the sample, and registers with the name that WeChat tells. */
  async launchRegistered(options: PhoneOptions = {}): Promise<Phone> {
    const phone = await this.launch(options);
    await phone.sample.screen.shows('尚未注册');
    phone.sample.screen.tap('去注册');
    phone.sample.screen.tap('注册');
    await phone.sample.arrives('pages/home/home');
    await phone.sample.screen.shows('阿明');
    return phone;
  }

  /** Logs the same user in on another device, without the sample. Answers the session's token and id. */
  async elsewhere(userId: string, userAgent: string): Promise<{ token: string; session: { id: string } }> {
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
  async endAll(userId: string): Promise<void> {
    const { token } = await this.elsewhere(userId, 'another device');
    await fetch(`${this.yaoshi.baseUrl}/v1/sessions`, { method: 'DELETE', headers: bearer(token) });
  }

  /** The HTTP status that a session's token is answered with. */
  async statusOf(token: string): Promise<number> {
    return (await fetch(`${this.yaoshi.baseUrl}/v1/session`, { headers: bearer(token) })).status;
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
