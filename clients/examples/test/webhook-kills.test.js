// A back end hears of every event, and of those about one user in their order, though the instance that tells it is
// killed again and again. Another one takes over each time, after eleven seconds of silence.
//
// YAOSHI_KILLS says how often, each of which takes a quarter of a minute. YAOSHI_SEED chooses the moments.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import { MySqlServer } from 'yaoshi-testing/killed';
import { TwoInstances } from './two-instances.js';
import { Visitors } from './visitors.js';
import { audit } from './webhook-audit.js';

const SEED = process.env.YAOSHI_SEED ?? String(randomInt(2 ** 32));
const KILLS = Number(process.env.YAOSHI_KILLS ?? 8);

/** In milliseconds: far more than it takes. */
const TIMEOUT = 1_200_000 + KILLS * 60_000;

const mysql = new MySqlServer();
after(() => mysql.remove());

test('no event is lost or out of order, whichever instance is killed', { timeout: TIMEOUT }, async (t) => {
  t.diagnostic(`YAOSHI_SEED=${SEED}`);
  await mysql.created();
  const system = new TwoInstances(mysql, SEED);
  t.after(() => system.close());
  await system.open();
  const visitors = new Visitors(system, SEED);
  const visited = visitors.run();
  const killed = system.killLeaders(KILLS, () => visitors.isOver).finally(() => visitors.leave());
  // If one fails, the other ends, too.
  await Promise.allSettled([visited, killed]);
  await Promise.all([visited, killed]);
  await system.settle();

  const { receiver, kills } = system;
  const rows = await system.events();
  const { journals } = visitors;
  const found = audit({ receiver, kills, journals, rows });
  report(t, { ...found, receiver, rows, journals });

  assert.equal(found.takeovers.length, KILLS);
  assert.equal(receiver.forged, 0);
  for (const [fault, faults] of Object.entries(found.faults)) {
    assert.deepEqual(faults.slice(0, 3), [], `${fault}: ${faults.length}`);
  }
  assert.doesNotMatch(system.log, /panicked at/);
});

function report(t, { receiver, rows, journals, repetitions, repetitionsAfterTaken, takeovers, faults }) {
  const steps = journals.flat();
  const table = {
    kills: KILLS,
    events: rows.length,
    requests: receiver.requests.length,
    repetitions,
    'of them after a kill, though taken': repetitionsAfterTaken,
    lost: faults.lost.length,
    'out of order': faults['out of order'].length,
    'longest takeover': `${(Math.max(...takeovers) / 1000).toFixed(1)} s`,
    "people's requests": `${steps.length} (${steps.filter(({ isAnswered }) => !isAnswered).length} without answer)`,
  };
  for (const [name, value] of Object.entries(table)) {
    t.diagnostic(`${name.padEnd(36)}${value}`);
  }
}
