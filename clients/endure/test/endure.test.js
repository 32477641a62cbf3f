// A small run of `cargo xtask endure`. YAOSHI_SEED chooses the moments.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import { MySqlServer } from 'yaoshi-testing/killed';
import { FAULTS } from '../src/faults/index.js';
import { endure } from '../src/run.js';

const SEED = process.env.YAOSHI_SEED ?? String(randomInt(2 ** 32));

/** Far more than it takes, in milliseconds. */
const TIMEOUT = 300_000;

/** What is tried, and how often. */
const SMALL_RUN = [
  ['kill', 'sqlite', 5],
  ['kill', 'mysql', 5],
  ['database-reset', 'mysql', 2],
  ['database-drop', 'mysql', 1],
  ['wechat-reset', 'sqlite', 2],
];

// It is made while the first test runs.
const mysql = new MySqlServer();
after(() => mysql.remove());

for (const [name, database, times] of SMALL_RUN) {
  const fault = FAULTS.find((fault) => fault.name === name);
  test(`nothing is lost where ${fault.what}, ${database}`, { timeout: TIMEOUT }, async () => {
    console.log(`YAOSHI_SEED=${SEED}`);
    if (database === 'mysql') {
      await mysql.created();
    }
    const options = { fault, times, seed: SEED, onTry() {} };
    const result = await endure(database === 'mysql' ? { ...options, mysql } : options);
    assert.deepEqual(result.findings, []);
    assert.equal(result.tries, times);
    const { sessions, users, revocations } = result.acknowledged;
    assert.ok(sessions > 0 && users > 0 && revocations > 0, 'something was acknowledged');
  });
}
