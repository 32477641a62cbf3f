// A small fleet through all ways, which starts the real server.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { defaultRates } from '../dist/options.js';
import { type Fleet, MISCHIEFS } from '../dist/plan.js';
import { resultOf, type WayResult } from '../dist/results.js';
import { runWay } from '../dist/run.js';
import { WAY_NAMES, type WayName } from '../dist/ways.js';

const PHONES = 500;
const AT_ONCE = 16;

/** Sends a fleet through a way. */
async function sent(way: WayName, fleet: Fleet): Promise<WayResult> {
  return resultOf(way, await runWay(way, fleet, AT_ONCE, () => undefined));
}

/** What follows from the seed: everything but the times. */
function counts({ medianTime: _median, p99Time: _p99, ...counts }: WayResult): object {
  return counts;
}

const fleet: Fleet = { phones: PHONES, seed: 1, rates: defaultRates() };
const results = new Map<WayName, WayResult>();

function result(way: WayName): WayResult {
  const found = results.get(way);
  assert.ok(found, way);
  return found;
}

before(async () => {
  for (const way of WAY_NAMES) {
    results.set(way, await sent(way, fleet));
  }
});

test('with Yaoshi and its client, every phone gets in at the first tap', () => {
  const { inAtTap, never, firstErrors } = result('with-client');
  assert.deepEqual(firstErrors, {});
  assert.deepEqual(inAtTap, [PHONES, 0, 0]);
  assert.equal(never, 0);
});

test('nobody gets in as somebody else', () => {
  assert.deepEqual(
    WAY_NAMES.map((way) => result(way).strangers),
    [0, 0, 0, 0],
  );
});

test('login first is better than the tutorial, and Yaoshi with its client better than both', () => {
  const atFirstTap = (way: WayName) => result(way).inAtTap[0] ?? 0;
  assert.ok(atFirstTap('tutorial') < atFirstTap('one-key'));
  assert.ok(atFirstTap('one-key') < atFirstTap('with-client'));
  assert.ok(
    atFirstTap('tutorial') < atFirstTap('server-only'),
    "Yaoshi's server helps the tutorial's client",
  );
});

test('the same phones go each way, and meet what their seed says', () => {
  for (const mischief of ['oldKey', 'staleSession'] as const) {
    const phones = new Set(WAY_NAMES.map((way) => result(way).met[mischief].phones));
    assert.equal(phones.size, 1, mischief);
  }
  for (const mischief of MISCHIEFS) {
    assert.ok(result('with-client').met[mischief].phones > 0, mischief);
  }
});

for (const way of WAY_NAMES) {
  test(`${way}: the same seed gives the same counts`, async () => {
    assert.deepEqual(counts(await sent(way, fleet)), counts(result(way)));
  });
}

test('on a day without mischief, every way gets everybody in at the first tap', async () => {
  for (const way of WAY_NAMES) {
    const { inAtTap } = await sent(way, { phones: 50, seed: 1, rates: defaultRates(0) });
    assert.deepEqual(inAtTap, [50, 0, 0], way);
  }
});
