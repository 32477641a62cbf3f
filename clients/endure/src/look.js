// Compares what people were told with what every instance answers.

import { setTimeout as sleep } from 'node:timers/promises';
import { auditAccount } from './audit.js';
import { observe } from './observe.js';

/** How many accounts are looked at beside each other. */
const BESIDE = 8;

/**
 * Lets nobody send anything else meanwhile, and keeps what it finds in the ledger. Those who still wait for an answer are
 * left for the next time.
 *
 * @param {{
 *   load: import('./load.js').Load,
 *   ledger: import('./ledger.js').Ledger,
 *   accounts: import('./ledger.js').Account[],
 *   instances: {name: string, url: string}[],
 *   revokedWithin?: number,
 * }} options `revokedWithin`: how long the instances may take to know of a revocation, in milliseconds
 */
export async function look({ load, ledger, accounts, instances, revokedWithin = 0 }) {
  const busy = await load.pause();
  const waiting = accounts.filter((account) => !busy.has(account));
  for (const account of busy) {
    ledger.touch(account);
  }
  await sleep(revokedWithin);
  const next = async () => {
    for (let account = waiting.pop(); account; account = waiting.pop()) {
      for (const instance of instances) {
        const seen = await observe(instance, account, [...account.sessions.values()]);
        ledger.findings.push(...auditAccount(account, seen));
      }
    }
  };
  await Promise.all(Array.from({ length: BESIDE }, next));
  load.resume();
}
