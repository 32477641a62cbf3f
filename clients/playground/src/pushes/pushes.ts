import type { Faults } from '../faults/faults.js';
import type { TextKey } from '../language/language.js';
import { SimulatorError } from '../traffic/errors.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Delivery, NewPush, Push, Simulator } from '../wechat/simulator.js';
import type { PushWatcher } from './watcher.js';

/** WeChat's numbers of what a user withdraws. */
const PHONE_NUMBER = '8';
const NICKNAME_AND_PICTURE = '6';

/** The simulator's status if an app has no push address. */
const NO_PUSH_ADDRESS = 409;

/** What the user of the phones does in WeChat, which WeChat pushes to Yaoshi. */
export class Pushes {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #faults: Faults;
  readonly #watcher: PushWatcher;
  readonly #appId: string;
  #userId = '';

  constructor(simulator: Simulator, traffic: Traffic, faults: Faults, watcher: PushWatcher, appId: string) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#faults = faults;
    this.#watcher = watcher;
    this.#appId = appId;
  }

  /** Switches to another WeChat user. */
  reset(userId: string, openid: string): void {
    this.#userId = userId;
    this.#watcher.reset(openid);
  }

  withdrawPhone(): Promise<void> {
    return this.#push('note.withdraw_phone', {
      event: 'user_authorization_revoke',
      revoke_info: PHONE_NUMBER,
    });
  }

  withdrawProfile(): Promise<void> {
    return this.#push('note.withdraw_profile', {
      event: 'user_authorization_revoke',
      revoke_info: NICKNAME_AND_PICTURE,
    });
  }

  deleteAccount(): Promise<void> {
    return this.#push('note.delete_account', { event: 'user_authorization_cancellation' });
  }

  /** Pushes an event, with the armed faults of its delivery. */
  async #push(note: TextKey, event: Pick<NewPush, 'event' | 'revoke_info'>): Promise<void> {
    const delivery = this.#faults.takeDelivery();
    this.#traffic.note({ key: note });
    const push = { app_id: this.#appId, user_id: this.#userId, ...event, delivery };
    try {
      this.#noteWaiting(await this.#simulator.push(push), delivery);
    } catch (error) {
      if (!(error instanceof SimulatorError) || error.status !== NO_PUSH_ADDRESS) {
        throw error;
      }
      this.#traffic.note({ key: 'note.no_push_address' });
    }
    await this.#watcher.check();
  }

  #noteWaiting({ attempts }: Push, { after_next, delay_seconds }: Delivery): void {
    if (attempts.length > 0) {
      return;
    }
    if (after_next) {
      this.#traffic.note({ key: 'note.push_held' });
    } else if (delay_seconds !== undefined) {
      this.#traffic.note({ key: 'note.push_late', values: { seconds: String(delay_seconds) } });
    }
  }
}
