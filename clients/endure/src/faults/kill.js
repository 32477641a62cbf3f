import { setTimeout as sleep } from 'node:timers/promises';

/** How long the server is dead at most, in milliseconds. */
const DEAD = 500;

/** @type {import('./index.js').Fault} */
export const kill = {
  name: 'kill',
  what: 'the server is killed and started again',
  databases: ['sqlite', 'mysql'],
  times: 200,
  seconds: 3,
  async strike({ servers: [server] }, random) {
    await server.kill();
    await sleep(random.between(0, DEAD));
    const over = performance.now();
    await server.start();
    return over;
  },
};
