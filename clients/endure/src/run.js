// One fault, again and again, with a look at what was acknowledged after each time.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from 'yaoshi-testing/killed';
import { auditExchanges } from './audit.js';
import { Ledger } from './ledger.js';
import { Load } from './load.js';
import { look } from './look.js';
import { hereAndNow } from './report.js';
import { System } from './system.js';

// All times are in milliseconds.
/** How long requests go well between two faults, at least and at most. */
const PEACE = { from: 50, to: 400 };
/** How long it may take until the service is normal again. */
const BACK_WITHIN = 30_000;
/** How long to wait for that after all. */
const PATIENCE = 60_000;

/** Within which time every other instance knows of a revocation. */
const REVOKED_WITHIN = 1000;

/**
 * What became of one fault on one database.
 *
 * @typedef {{
 *   fault: string,
 *   what: string,
 *   database: 'sqlite' | 'mysql',
 *   tries: number,
 *   acknowledged: Record<string, number>,
 *   slowest: number,
 *   findings: import('./audit.js').Finding[],
 *   ran: string,
 * }} Result `slowest`: the longest time to normal service, in milliseconds; `ran`: on which machine, and when
 */

/**
 * Strikes `times` times. It ends early after `minutes`, and when the service does not become normal.
 *
 * @param {{
 *   fault: import('./faults/index.js').Fault,
 *   mysql?: import('yaoshi-testing/killed').MySqlServer,
 *   times: number,
 *   minutes?: number,
 *   seed: string,
 *   onTry: (done: number, result: Result) => void,
 * }} options
 * @returns {Promise<Result>}
 */
export async function endure({ fault, mysql, times, minutes = Number.POSITIVE_INFINITY, seed, onTry }) {
  const deadline = performance.now() + minutes * 60_000;
  const database = mysql ? 'mysql' : 'sqlite';
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-endure-fault-'));
  let trial;
  try {
    const options = await fault.prepare?.(folder);
    trial = new Trial({ fault, database, seed, system: new System({ mysql, seed, options }) });
    await trial.open();
    let isNormal = true;
    while (isNormal && trial.result.tries < times && performance.now() < deadline) {
      isNormal = await trial.strike();
      onTry(trial.result.tries, trial.result);
    }
    const result = await trial.end();
    if (result.findings.length > 0) {
      await trial.keepLog(join(tmpdir(), `yaoshi-endure-${fault.name}-${database}.log`));
    }
    return result;
  } finally {
    await trial?.close();
    await fault.cleanUp?.();
    await rm(folder, { recursive: true, force: true });
  }
}

class Trial {
  /** @type {Result} */
  result;
  #fault;
  #system;
  #random;
  #ledger = new Ledger();
  #load;

  constructor({ fault, database, seed, system }) {
    const { name, what } = fault;
    const { acknowledged, findings } = this.#ledger;
    const counts = { tries: 0, acknowledged, slowest: 0, findings };
    this.result = { fault: name, what, database, ...counts, ran: hereAndNow() };
    this.#fault = fault;
    this.#system = system;
    this.#random = new Random(`${seed} ${name} ${database}`);
    this.#load = new Load({ system, ledger: this.#ledger, seed: `${seed} load` });
  }

  async open() {
    await this.#system.open();
    this.#system.mayRefuse = this.#fault.mayRefuse ?? this.#system.mayRefuse;
    this.#load.start();
    await this.#untilNormal(performance.now());
  }

  /** Strikes once, and returns whether the service is normal again. */
  async strike() {
    await sleep(this.#random.between(PEACE.from, PEACE.to));
    const over = await this.#fault.strike(this.#system, this.#random, this.result.tries);
    const isNormal = await this.#untilNormal(over);
    await this.#look(this.#ledger.takeTouched());
    this.result.tries += 1;
    return isNormal;
  }

  /** Looks at everybody once more, after a new start. */
  async end() {
    const stopped = this.#load.stop();
    for (const server of this.#system.servers) {
      await server.kill();
      await server.start();
    }
    await stopped;
    await this.#look(this.#ledger.accounts);
    const { mayAskAgain = false, mayPanic = false } = this.#fault;
    this.#ledger.findings.push(...auditExchanges(this.#system.exchanges, this.#ledger.settled, mayAskAgain));
    if (/panicked at/.test(this.#system.log) && !mayPanic) {
      this.#ledger.find('error', 'a server panicked');
    }
    return this.result;
  }

  /** Keeps what the servers printed, to find the reason in it. */
  async keepLog(path) {
    await writeFile(path, this.#system.log);
    console.log(`what the servers printed is in ${path}`);
  }

  /** Ends everything, also after a failure: nobody gets an answer any more. */
  async close() {
    const stopped = this.#load.stop();
    await this.#system.close();
    await Promise.allSettled([stopped]);
  }

  async #untilNormal(from) {
    const took = await this.#load.normalAgain(from, PATIENCE);
    this.result.slowest = Math.max(this.result.slowest, took ?? PATIENCE);
    if (took === undefined || took > BACK_WITHIN) {
      const reason = took === undefined ? `: ${this.#load.hindrances(from)}` : '';
      this.#ledger.find('slow', `the service was not normal for ${Math.round(took ?? PATIENCE)} ms${reason}`);
    }
    return took !== undefined;
  }

  async #look(accounts) {
    const { servers, instances } = this.#system;
    const revokedWithin = servers.length > 1 ? REVOKED_WITHIN : 0;
    await look({ load: this.#load, ledger: this.#ledger, accounts, instances, revokedWithin });
  }
}
