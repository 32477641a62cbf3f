// Payments are delivered exactly once, though the server, the back end of `examples/node` and MySQL are killed again
// and again. Only the simulated WeChat is not: like the real one, it sends its messages until they are accepted.
//
// YAOSHI_SEED chooses the moments of the kills, YAOSHI_PAYMENTS how long they go on.

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MySqlServer } from 'yaoshi-testing/killed';
import { PaymentSystem } from './payment-system.js';
import { Trade } from './trade.js';

const SEED = process.env.YAOSHI_SEED ?? String(randomInt(2 ** 32));
const PAYMENTS = Number(process.env.YAOSHI_PAYMENTS ?? 200);
/** The simulated WeChat forgets older messages. */
const MAX_PAYMENTS = 1000;

// All times are in milliseconds: far more than it takes.
const TRADE_TIMEOUT = 60_000 + PAYMENTS * 1000;
/** For what is left to do after the kills. */
const PATIENCE = 60_000;
const TIMEOUT = TRADE_TIMEOUT + 3 * PATIENCE;

// It is made while the first test runs.
const mysql = new MySqlServer();
after(() => mysql.remove());

test('what is paid is delivered once, whatever is killed, with SQLite', { timeout: TIMEOUT }, async (t) => {
  await deliverOnce(t, 'SQLite', new PaymentSystem());
});

test('what is paid is delivered once, whatever is killed, with MySQL', { timeout: TIMEOUT }, async (t) => {
  await mysql.created();
  await deliverOnce(t, 'MySQL', new PaymentSystem(mysql));
});

async function deliverOnce(t, database, system) {
  assert.ok(PAYMENTS <= MAX_PAYMENTS, `at most ${MAX_PAYMENTS} payments`);
  console.log(`${database}: YAOSHI_SEED=${SEED}`);
  t.after(() => system.close());
  await system.open();
  const seed = `${SEED} ${database}`;
  const trade = new Trade(system, { seed, payments: PAYMENTS, timeout: TRADE_TIMEOUT });
  await trade.run();
  const pushes = await endRetries(system);
  const inbox = await settledInbox(system);
  await trade.check();
  const deliveries = await system.deliveries();
  report(database, { system, trade, pushes, deliveries });

  assert.deepEqual([...trade.early], [], 'WeChat is told after the delivery');
  const paid = [...trade.paid].map(([number, openid]) => `${number} ${openid}`);
  const delivered = deliveries.map(({ number, openid }) => `${number} ${openid}`);
  assert.equal(paid.length, PAYMENTS);
  assert.deepEqual(delivered.sort(), paid.sort(), 'each order is delivered once, to who paid');
  const reported = pushes.map(({ message }) => message.OutTradeNo);
  assert.deepEqual(reported.sort(), [...trade.paid.keys()].sort(), 'WeChat reports each payment');
  assert.deepEqual(Object.keys(counts(pushes.map(({ state }) => state))), ['accepted']);
  const { 200: success, 503: refused, none, ...others } = counts(answers(pushes));
  assert.ok(success >= PAYMENTS);
  assert.deepEqual(others, {}, 'WeChat is told nothing else');
  assert.ok(inbox.every(({ tries }) => tries > 0));
  assert.deepEqual(counts(inbox.map(({ state, outcome }) => `${state} ${outcome}`)), {
    'delivered 200': PAYMENTS,
  });
  const { log } = system.server;
  assert.doesNotMatch(log, /panicked at/);
  for (const line of log.split('\n').filter((line) => line.startsWith('yaoshi: '))) {
    assert.match(line, /no connection to MySQL|error communicating with database/);
  }
}

/** Lets WeChat's time pass until no message waits to be sent again, and returns the messages. */
async function endRetries(system) {
  for (const deadline = Date.now() + PATIENCE; ; await sleep(50)) {
    const pushes = await system.pushes();
    const pending = pushes.filter(({ state }) => state === 'pending');
    if (pending.length === 0) {
      return pushes;
    }
    assert.ok(Date.now() < deadline, `${pending.length} messages are neither accepted nor given up`);
    // One that is due is on its way.
    const wait = Math.min(...pending.map(nextAttempt)) - (await system.wechat.now());
    if (wait > 0) {
      await system.wechat.advance(Math.ceil(wait / 1000));
    }
  }
}

/** When WeChat sends a message next: 2, 4, 8 … seconds after the attempts before. */
function nextAttempt({ at, attempts }) {
  return at + (2 ** (attempts.length + 1) - 2) * 1000;
}

/** The inbox once nothing waits in it, or it has waited long enough. */
async function settledInbox(system) {
  for (const deadline = Date.now() + PATIENCE; ; await sleep(500)) {
    const inbox = await system.inbox();
    if (inbox.every(({ state }) => state === 'delivered') || Date.now() > deadline) {
      return inbox;
    }
  }
}

/** What the server answered to WeChat's attempts: the status, or `none`. */
function answers(pushes) {
  return pushes.flatMap(({ attempts }) => attempts.map(({ response }) => response?.status ?? 'none'));
}

/** How often each of these occurs. */
function counts(items) {
  const counted = {};
  for (const item of items) {
    counted[item] = (counted[item] ?? 0) + 1;
  }
  return counted;
}

function report(database, { system, trade, pushes, deliveries }) {
  const { server, shop, mysql } = system;
  const { received, answered } = system.requests();
  const delivered = counts(deliveries.map(({ number }) => number));
  const { 200: success = 0, 503: refused = 0, none = 0 } = counts(answers(pushes));
  const rows = {
    database,
    seed: SEED,
    payments: trade.paid.size,
    'kills of the server': server.kills,
    'kills of the shop': shop.kills,
    'kills of MySQL': mysql?.kills ?? '-',
    'starts of the server in vain': server.failedStarts,
    'attempts of WeChat': `${success + refused + none} (${success} success, ${refused} refused, ${none} without answer)`,
    'requests that reached the shop': `${received} (${answered} success)`,
    // A shop that is killed between its delivery and its answer makes it one less.
    'repeated deliveries': answered - deliveries.length,
    lost: [...trade.paid.keys()].filter((number) => !delivered[number]).length,
    'doubly delivered': Object.values(delivered).filter((count) => count > 1).length,
    'acknowledged too early': trade.early.size,
  };
  const lines = Object.entries(rows).map(([name, value]) => `${name.padEnd(32)}${value}`);
  console.log(lines.join('\n'));
}
