import { join } from 'node:path';
import { earlierEnv, FakeClock, isOfWrongTime } from './fake-clock.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** By how many seconds the second instance's clock differs from the first one's. */
const DIFFERENCES = [5, 10 * MINUTE, -10 * MINUTE, 3 * HOUR, -3 * HOUR];

let clockOfSecond;

/** @type {import('./index.js').Fault} */
export const twoClocks = {
  name: 'two-clocks',
  what: 'two instances on one database have different clocks, by seconds, minutes and hours',
  databases: ['mysql'],
  times: 20,
  seconds: 3,
  async prepare(folder) {
    clockOfSecond = new FakeClock(join(folder, 'clock'));
    await clockOfSecond.set(0);
    return {
      instances: 2,
      certificateEnv: earlierEnv(),
      wrap: (command, args, instance) => ({ command, args, env: instance === 1 ? clockOfSecond.env : {} }),
    };
  },
  /** They differ until the next time. */
  async strike(_system, _random, turn) {
    await clockOfSecond.set(DIFFERENCES[turn % DIFFERENCES.length]);
    return performance.now();
  },
  mayRefuse: isOfWrongTime,
};
