import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { earlierEnv, FakeClock, isOfWrongTime } from './fake-clock.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** When the seconds since 1970 no longer fit 31 bits. */
const END_OF_31_BITS = Date.parse('2038-01-19T03:14:07Z');

/** How long the clock is wrong, at least and at most, in milliseconds. */
const DURATION = { from: 500, to: 2500 };

/** By how many seconds the clock is set, one after the other. In 2038, the last second comes while it is wrong. */
const JUMPS = [
  () => 10 * MINUTE,
  () => -10 * MINUTE,
  () => 5 * HOUR,
  () => -5 * HOUR,
  () => (END_OF_31_BITS - Date.now()) / 1000 - 1,
];

let clockOfServer;

/** @type {import('./index.js').Fault} */
export const clock = {
  name: 'clock',
  what: 'the clock of the server jumps by minutes, by hours, to 2038, or is wrong from the start, and jumps back',
  databases: ['sqlite', 'mysql'],
  times: 20,
  seconds: 5,
  async prepare(folder) {
    clockOfServer = new FakeClock(join(folder, 'clock'));
    await clockOfServer.set(0);
    return {
      certificateEnv: earlierEnv(),
      wrap: (command, args) => ({ command, args, env: clockOfServer.env }),
    };
  },
  /** Every other round, the server is started with the wrong clock. */
  async strike({ servers: [server] }, random, turn) {
    const isStart = Math.floor(turn / JUMPS.length) % 2 === 1;
    if (isStart) {
      await server.kill();
    }
    await clockOfServer.set(JUMPS[turn % JUMPS.length]());
    if (isStart) {
      await server.start();
    }
    await sleep(random.between(DURATION.from, DURATION.to));
    await clockOfServer.set(0);
    return performance.now();
  },
  mayRefuse: isOfWrongTime,
};
