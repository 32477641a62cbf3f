import { setTimeout as sleep } from 'node:timers/promises';

/** How long mysqld is dead at most before it is started again, in milliseconds. */
const DEAD = 1000;

/** @type {import('./index.js').Fault} */
export const killMySql = {
  name: 'kill-mysql',
  what: 'mysqld is killed and started again',
  databases: ['mysql'],
  times: 50,
  seconds: 12,
  async strike({ mysql }, random) {
    await mysql.kill();
    await sleep(random.between(0, DEAD));
    await mysql.start();
    return performance.now();
  },
};
