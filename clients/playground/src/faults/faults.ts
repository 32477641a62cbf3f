import type { Interceptor, WxCall } from 'simulated-wx';
import type { TextKey } from '../language/language.js';
import { loginCodeOf, type PlatformWatcher } from '../traffic/recorder.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Delivery, PlatformFault, Simulator } from '../wechat/simulator.js';

/** A fault in a phone's next matching call; see {@link Faults.interceptor}. */
export type PhoneFault = 'rotate_around_collection' | 'rotate_before_payment' | 'code_twice';

/** A fault in the delivery of the next push that the user causes. */
export type PushFault = keyof typeof DELIVERIES;

/** A fault that takes effect once. */
export type OnceFault = PhoneFault | PushFault;

/** A fault that the simulator injects into the next calls to WeChat. */
export interface ArmedPlatformFault {
  readonly name: TextKey;
  readonly fault: PlatformFault;
  /** How many calls it still affects. */
  readonly remaining: number;
}

/** All armed faults. */
export interface ArmedFaults {
  readonly once: readonly OnceFault[];
  readonly platform: readonly ArmedPlatformFault[];
}

/** The deliveries of pushes, with one fault each. */
const DELIVERIES = {
  push_twice: { duplicate: true },
  push_forged: { wrong_signature: true },
  push_late: { delay_seconds: 60 },
  push_after_next: { after_next: true },
} as const satisfies Record<string, Delivery>;

/** The wx calls that collect data under the session_key. */
const COLLECTING = new Set(['getUserInfo', 'getWeRunData']);

/** Injects faults into the phones' calls and into Yaoshi's calls to WeChat. */
export class Faults {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #watcher: PlatformWatcher;
  readonly #appId: string;
  readonly #onChange: (armed: ArmedFaults) => void;
  readonly #onceFaults = new Set<OnceFault>();
  #platformFaults: ArmedPlatformFault[] = [];
  #userId = '';

  /** Calls `onChange` whenever the armed faults change. */
  constructor(
    simulator: Simulator,
    traffic: Traffic,
    watcher: PlatformWatcher,
    appId: string,
    onChange: (armed: ArmedFaults) => void,
  ) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#watcher = watcher;
    this.#appId = appId;
    this.#onChange = onChange;
  }

  /** Switches to another WeChat user and disarms everything. */
  async reset(userId: string): Promise<void> {
    this.#userId = userId;
    this.#onceFaults.clear();
    await this.#setPlatformFaults([]);
  }

  /** Replaces the session_key. */
  async rotate(why: TextKey = 'note.rotate'): Promise<void> {
    await this.#simulator.rotate(this.#userId, this.#appId);
    this.#traffic.note({ key: why });
  }

  /** Makes the app's access token invalid at WeChat. Yaoshi does not know. */
  async killAccessToken(): Promise<void> {
    await this.#simulator.killAccessTokens(this.#appId);
    this.#traffic.note({ key: 'note.kill_token' });
  }

  /** Arms a fault that takes effect once. */
  arm(fault: OnceFault): void {
    this.#onceFaults.add(fault);
    this.#noteArmed(`faults.${fault}`);
    this.#notify();
  }

  /** Arms a platform fault for the next `count` calls, after those that are armed already. */
  async armPlatformFault(name: TextKey, fault: PlatformFault, count: number): Promise<void> {
    await this.#setPlatformFaults([...this.#platformFaults, { name, fault, remaining: count }]);
    this.#noteArmed(name);
  }

  /** Disarms a fault that takes effect once. */
  disarm(fault: OnceFault): void {
    this.#trigger(fault);
    this.#noteDisarmed(`faults.${fault}`);
  }

  /** Disarms a platform fault. */
  async disarmPlatformFault(fault: ArmedPlatformFault): Promise<void> {
    await this.#setPlatformFaults(this.#platformFaults.filter((other) => other !== fault));
    this.#noteDisarmed(fault.name);
  }

  /** Disarms everything. */
  async disarmAll(): Promise<void> {
    this.#onceFaults.clear();
    await this.#setPlatformFaults([]);
    this.#traffic.note({ key: 'note.all_disarmed' }, 'step');
  }

  /** Records that a call to WeChat was affected by the first armed platform fault. */
  platformFaultTriggered(): void {
    const [first, ...others] = this.#platformFaults;
    if (first !== undefined) {
      this.#platformFaults =
        first.remaining > 1 ? [{ ...first, remaining: first.remaining - 1 }, ...others] : others;
      this.#notify();
    }
  }

  /** An interceptor that triggers the armed phone faults, until the app on the phone is closed. */
  interceptor(closed: AbortSignal): Interceptor {
    return async (call, proceed) => {
      if (COLLECTING.has(call.name) && this.#trigger('rotate_around_collection')) {
        await this.rotate('note.rotate_before');
        const result = await proceed();
        if (!closed.aborted) {
          await this.rotate('note.rotate_after');
        }
        return result;
      }
      if (call.name === 'requestVirtualPayment' && this.#trigger('rotate_before_payment')) {
        await this.rotate('note.rotate_before_payment');
      }
      const code = loginCodeOf(call);
      if (code !== undefined && this.#trigger('code_twice')) {
        this.#traffic.note({ key: 'note.code_twice' });
        await this.#watcher.watch({ code }, () => sendWithoutKey(call));
      }
      return proceed();
    };
  }

  /** Takes the armed push faults off the list. Returns the delivery of the push that they affect. */
  takeDelivery(): Delivery {
    const faults = (Object.keys(DELIVERIES) as PushFault[]).filter((fault) => this.#trigger(fault));
    return Object.assign({}, ...faults.map((fault) => DELIVERIES[fault]));
  }

  /** Takes a fault off the list. Returns whether it was armed. */
  #trigger(fault: OnceFault): boolean {
    const wasArmed = this.#onceFaults.delete(fault);
    if (wasArmed) {
      this.#notify();
    }
    return wasArmed;
  }

  async #setPlatformFaults(faults: ArmedPlatformFault[]): Promise<void> {
    await this.#simulator.setFaults(faults.map(({ fault, remaining }) => ({ fault, count: remaining })));
    this.#platformFaults = faults;
    this.#notify();
  }

  #noteArmed(name: TextKey): void {
    this.#traffic.note({ key: 'note.armed', values: { what: `@${name}` } }, 'step');
  }

  #noteDisarmed(name: TextKey): void {
    this.#traffic.note({ key: 'note.disarmed', values: { what: `@${name}` } }, 'step');
  }

  #notify(): void {
    this.#onChange({ once: [...this.#onceFaults], platform: this.#platformFaults });
  }
}

/** Sends the same code without the phone's Idempotency-Key, as another client would. */
async function sendWithoutKey({ options: { url, data } }: WxCall): Promise<void> {
  await fetch(String(url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof data === 'string' ? data : JSON.stringify(data),
  });
}
