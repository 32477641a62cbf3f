// Nothing that was acknowledged is lost, and no logout is undone, though the cluster of docker-compose.cluster.yml loses
// its primary again and again, while people use it.
//
// YAOSHI_FAILOVERS says how often: once by default. Each takes a minute. At every second one, the primary is cut off from
// the network, else it is killed. YAOSHI_SEED chooses what people do.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster } from './cluster.js';
import { acknowledged, audit, SESSIONS, USERS } from './cluster-audit.js';
import { People } from './cluster-people.js';

const SEED = process.env.YAOSHI_SEED ?? String(randomInt(2 ** 32));
const FAILOVERS = Number(process.env.YAOSHI_FAILOVERS ?? 1);

// All times are in milliseconds.
/** How long people use the cluster before each loss, and after it. */
const WORK = 3000;
/** How long after the election the cluster may not serve. */
const SERVICE_TIMEOUT = 15_000;
/** Far more than it takes. */
const TIMEOUT = 240_000 + FAILOVERS * 240_000;

test('nothing acknowledged is lost with the primary', { timeout: TIMEOUT }, async (t) => {
  progress(`YAOSHI_SEED=${SEED}`);
  const cluster = new Cluster();
  t.after(() => cluster.close());
  progress('three MySQL, HAProxy, two instances and the simulator start');
  await cluster.open();
  const table = [];
  for (let number = 1; number <= FAILOVERS; number += 1) {
    table.push(await failover(cluster, number));
  }
  progress('members are compared');
  const [first, ...others] = await cluster.checksums();
  report(table);

  for (const checksums of others) {
    assert.deepEqual(checksums, first, 'members hold the same');
  }
  assert.doesNotMatch(await cluster.logs('yaoshi1', 'yaoshi2'), /panicked at/);
  for (const { number, faults, service } of table) {
    assert.ok(service <= SERVICE_TIMEOUT, `${number}: served after ${service} ms`);
    for (const [fault, list] of Object.entries(faults)) {
      assert.deepEqual(list.slice(0, 3), [], `${number}, ${fault}: ${list.length}`);
    }
  }
});

/** Loses the primary while people use the cluster, audits what they were told, and lets the member come back. */
async function failover(cluster, number) {
  const people = new People(cluster, `${SEED} ${number}`);
  const lost = await cluster.primary();
  const isCut = number % 2 === 0;
  people.come();
  await sleep(WORK);
  progress(`${number} of ${FAILOVERS}: ${lost}, the primary, is ${isCut ? 'cut off' : 'killed'}`);
  const since = Date.now();
  await (isCut ? cluster.cutOff(lost) : cluster.kill(lost));
  const elected = await cluster.electedAfter(lost, since);
  const served = await people.served(elected.at, 2 * SERVICE_TIMEOUT);
  progress(
    `${number} of ${FAILOVERS}: ${elected.member} is elected, and ${served ? 'serves' : 'does not serve'}`,
  );
  await (isCut ? cluster.reconnect(lost) : cluster.start(lost));
  await sleep(WORK);
  await people.leave();
  const { ledger } = people;
  const sessions = await cluster.rows(elected.member, SESSIONS);
  const users = await cluster.rows(elected.member, USERS);
  await cluster.isComplete();
  progress(`${number} of ${FAILOVERS}: ${lost} is back in the group`);
  return {
    number,
    loss: isCut ? 'cut off' : 'killed',
    election: elected.at - since,
    service: (served ?? Number.POSITIVE_INFINITY) - elected.at,
    back: Date.now() - since,
    refused: ledger.answers.filter(({ status }) => status === 503).length,
    silent: ledger.answers.filter(({ status }) => status === undefined).length,
    requests: ledger.answers.length,
    acknowledged: acknowledged(ledger),
    faults: audit(ledger, { sessions, users }),
  };
}

function progress(text) {
  console.log(`cluster: ${text}`);
}

function report(table) {
  const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
  const names = ['loss', 'election', 'service after it', 'member back', 'requests', 'refused', 'no answer'];
  const head = ['#', ...names, 'sessions', 'logouts', 'users', 'lost', 'undone', 'contradictions'];
  const rows = table.map((row) => {
    const { sessions, revocations, users } = row.acknowledged;
    const { 'revocations undone': undone, contradictions, ...lost } = row.faults;
    const times = [row.election, row.service, row.back].map(seconds);
    const answers = [row.requests, row.refused, row.silent];
    const numbers = [sessions, revocations, users, Object.values(lost).flat().length, undone.length];
    return [row.number, row.loss, ...times, ...answers, ...numbers, contradictions.length];
  });
  for (const cells of [head, head.map(() => '---'), ...rows]) {
    console.log(`| ${cells.join(' | ')} |`);
  }
}
