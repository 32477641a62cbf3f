// Nothing that was acknowledged is lost, and no logout is undone, though the cluster of docker-compose.cluster.yml loses
// its primary again and again, while people use it.
//
// YAOSHI_FAILOVERS says how often: once by default. Each takes a minute. At every second one, the primary is cut off from
// the network, else it is killed. YAOSHI_SEED chooses what people do.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { FINDINGS } from 'yaoshi-endure/audit';
import { Ledger } from 'yaoshi-endure/ledger';
import { Load } from 'yaoshi-endure/load';
import { look } from 'yaoshi-endure/look';
import { Cluster } from './cluster.js';

const SEED = process.env.YAOSHI_SEED ?? String(randomInt(2 ** 32));
const FAILOVERS = Number(process.env.YAOSHI_FAILOVERS ?? 1);

/** What can be found here. */
const KINDS = ['lost', 'undone', 'error', 'unexpected'];

// All times are in milliseconds.
/** How long people use the cluster before each loss. */
const WORK = 3000;
/** How long after the election the service may not be normal. */
const SERVICE_TIMEOUT = 15_000;
/** Within which time every instance knows of a revocation. */
const REVOKED_WITHIN = 1000;
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
  await cluster.stopServing();
  const [first, ...others] = await cluster.checksums();
  report(table);

  for (const checksums of others) {
    assert.deepEqual(checksums, first, 'members hold the same');
  }
  assert.doesNotMatch(await cluster.logs('yaoshi1', 'yaoshi2'), /panicked at/);
  for (const { number, service, ledger } of table) {
    assert.ok(service <= SERVICE_TIMEOUT, `${number}: normal after ${service} ms`);
    assert.deepEqual(ledger.findings, [], `${number}: nothing is found`);
  }
});

/** Loses the primary while people use the cluster, compares what they were told, and lets the member come back. */
async function failover(cluster, number) {
  const ledger = new Ledger();
  const load = new Load({ system: cluster, ledger, seed: `${SEED} ${number}` });
  const lost = await cluster.primary();
  const isCut = number % 2 === 0;
  load.start();
  await sleep(WORK);
  progress(`${number} of ${FAILOVERS}: ${lost}, the primary, is ${isCut ? 'cut off' : 'killed'}`);
  const since = Date.now();
  await (isCut ? cluster.cutOff(lost) : cluster.kill(lost));
  const elected = await cluster.electedAfter(lost, since);
  const service = await load.normalAgain(elected.at - performance.timeOrigin, 2 * SERVICE_TIMEOUT);
  progress(
    `${number} of ${FAILOVERS}: ${elected.member} is elected, and ${service === undefined ? 'does not serve' : 'serves'}`,
  );
  await (isCut ? cluster.reconnect(lost) : cluster.start(lost));
  await cluster.isComplete();
  const back = Date.now() - since;
  progress(`${number} of ${FAILOVERS}: ${lost} is back in the group`);
  await load.stop();
  const { accounts } = ledger;
  await look({ load, ledger, accounts, instances: cluster.instances, revokedWithin: REVOKED_WITHIN });
  const loss = isCut ? 'cut off' : 'killed';
  const election = elected.at - since;
  return { number, loss, election, service: service ?? Number.POSITIVE_INFINITY, back, ledger };
}

function progress(text) {
  console.log(`cluster: ${text}`);
}

function report(table) {
  const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;
  const times = ['election', 'service after it', 'member back'];
  const counted = ['#', 'loss', ...times, 'sessions', 'logouts', 'users', 'numbers'];
  const head = [...counted, ...KINDS.map((kind) => FINDINGS[kind])];
  const rows = table.map(({ number, loss, election, service, back, ledger }) => {
    const { sessions, revocations, users, numbers } = ledger.acknowledged;
    const found = KINDS.map((kind) => ledger.findings.filter((finding) => finding.kind === kind));
    const counts = [sessions, revocations, users, numbers, ...found.map(({ length }) => length)];
    return [number, loss, ...[election, service, back].map(seconds), ...counts];
  });
  for (const cells of [head, head.map(() => '---'), ...rows]) {
    console.log(`| ${cells.join(' | ')} |`);
  }
}
