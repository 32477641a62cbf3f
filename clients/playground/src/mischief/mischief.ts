import type { Tap } from 'simulated-wx';
import type { Text, TextKey } from '../language/language.js';
import type { OnTheWay } from '../traffic/tap.js';
import type { Traffic } from '../traffic/traffic.js';
import type { Fault, Simulator } from '../wechat/simulator.js';

/** What can be armed: it happens at the next occasion. */
export type Trap = 'turn' | 'code_twice';

/** A fault that waits for calls. */
export interface ArmedFault {
  readonly name: TextKey;
  readonly fault: Fault;
  /** How many calls it has yet to meet. */
  readonly left: number;
}

/** Everything that waits to happen. */
export interface Armed {
  readonly traps: readonly Trap[];
  readonly faults: readonly ArmedFault[];
}

/** The wx calls that collect data under the session_key. */
const COLLECTING = new Set(['getUserInfo', 'getWeRunData']);

/** What may go wrong, at the moment somebody chooses. */
export class Mischief {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #way: OnTheWay;
  readonly #appId: string;
  readonly #changed: (armed: Armed) => void;
  readonly #traps = new Set<Trap>();
  #faults: ArmedFault[] = [];
  #userId = '';

  /** Tells `changed` whenever something is armed, met or called off. */
  constructor(
    simulator: Simulator,
    traffic: Traffic,
    way: OnTheWay,
    appId: string,
    changed: (armed: Armed) => void,
  ) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#way = way;
    this.#appId = appId;
    this.#changed = changed;
  }

  /** Is about this WeChat user from now on, with nothing armed. */
  async begin(userId: string): Promise<void> {
    this.#userId = userId;
    this.#traps.clear();
    await this.#setFaults([]);
  }

  /** Replaces the session_key. */
  async rotate(why: TextKey = 'note.rotate'): Promise<void> {
    await this.#simulator.rotate(this.#userId, this.#appId);
    this.#traffic.note({ key: why });
  }

  /** Arms a trap, or leaves it armed. */
  arm(trap: Trap): void {
    this.#traps.add(trap);
    this.#tellArmed(`mischief.${trap}`);
    this.#tell();
  }

  /** Arms a fault for as many calls as are said, after those that are armed already. */
  async armFault(name: TextKey, fault: Fault, count: number): Promise<void> {
    await this.#setFaults([...this.#faults, { name, fault, left: count }]);
    this.#tellArmed(name);
  }

  /** Calls everything off. */
  async disarm(): Promise<void> {
    this.#traps.clear();
    await this.#setFaults([]);
    this.#traffic.note({ key: 'note.disarmed' }, 'step');
  }

  /** A call met a fault: the first one in the list that is not spent. */
  metFault(): void {
    const [first, ...others] = this.#faults;
    if (first !== undefined) {
      this.#faults = first.left > 1 ? [{ ...first, left: first.left - 1 }, ...others] : others;
      this.#tell();
    }
  }

  /** Has a phone meet the traps. */
  tap(): Tap {
    return async (call, proceed) => {
      if (COLLECTING.has(call.name) && this.#spring('turn')) {
        await this.rotate('note.turn_before');
        const collected = await proceed();
        await this.rotate('note.turn_after');
        return collected;
      }
      const isLogin = call.name === 'request' && String(call.options.url).endsWith('/v1/login');
      if (isLogin && this.#spring('code_twice')) {
        this.#traffic.note({ key: 'note.code_twice' });
        await this.#way.watching(() => sentBySomebodyElse(call.options));
      }
      return proceed();
    };
  }

  /** Whether the trap was armed; it is not any more. */
  #spring(trap: Trap): boolean {
    const wasArmed = this.#traps.delete(trap);
    if (wasArmed) {
      this.#tell();
    }
    return wasArmed;
  }

  async #setFaults(faults: ArmedFault[]): Promise<void> {
    await this.#simulator.setFaults(faults.map(({ fault, left }) => ({ fault, count: left })));
    this.#faults = faults;
    this.#tell();
  }

  #tellArmed(what: TextKey): void {
    const text: Text = { key: 'note.armed', values: { what: `@${what}` } };
    this.#traffic.note(text, 'step');
  }

  #tell(): void {
    this.#changed({ traps: [...this.#traps], faults: this.#faults });
  }
}

/** The same code in a request of its own: without the phone's Idempotency-Key it is somebody else's. */
async function sentBySomebodyElse(options: Record<string, unknown>): Promise<void> {
  const { data } = options;
  await fetch(String(options.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof data === 'string' ? data : JSON.stringify(data),
  });
}
