import { sendJson } from './http.js';

/** A WeChat user of the simulator. */
export class Person {
  private constructor(
    readonly simulator: string,
    readonly appId: string,
    readonly userId: string,
    /** A name that nobody else has. */
    readonly nickname: string,
  ) {}

  static async create(simulator: string, appId: string, nickname: string): Promise<Person> {
    const { user_id } = (await sendJson('POST', `${simulator}/sim/users`, { nickname })) as {
      user_id: string;
    };
    return new Person(simulator, appId, user_id, nickname);
  }

  /** WeChat replaces the session_key. Neither phone nor server hears of it. */
  async replaceKey(): Promise<void> {
    await this.control('rotate');
  }

  /** The session_key grows old: the next `wx.login` replaces it, as it does with every key of some minutes' age. */
  async ageKey(): Promise<void> {
    await this.control('expire');
  }

  private control(action: string): Promise<unknown> {
    return sendJson('POST', `${this.simulator}/sim/users/${this.userId}/${action}`, { app_id: this.appId });
  }
}
