// The rates: that they can be set, that the help and the documentation name them, and that they are kept.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { defaultRates, help, RATES, readOptions } from '../dist/options.js';
import { MISCHIEFS, Plan } from '../dist/plan.js';

test('a plan follows from seed and number, and happens as often as its rate says', () => {
  const rates = defaultRates();
  const happened = Array.from({ length: 20_000 }, (_, phone) =>
    new Plan({ phones: 1, seed: 7, rates }, phone).happens('oldKey', 0),
  );
  const again = Array.from({ length: 20_000 }, (_, phone) =>
    new Plan({ phones: 1, seed: 7, rates }, phone).happens('oldKey', 0),
  );
  assert.deepEqual(again, happened);
  const share = happened.filter(Boolean).length / happened.length;
  assert.ok(Math.abs(share - rates.oldKey) < 0.01, String(share));
});

test('the help names every rate with its default', () => {
  for (const { option, default: rate } of Object.values(RATES)) {
    const described = help().split(`--${option} RATE`)[1];
    assert.equal(/\[default: (.*?)\]/.exec(described ?? '')?.[1], String(rate), option);
  }
});

for (const chapter of ['docs/src/fleet.md', 'docs/zh/src/fleet.md']) {
  test(`${chapter} names every rate`, async () => {
    const text = await readFile(new URL(`../../../${chapter}`, import.meta.url), 'utf8');
    const named = [...text.matchAll(/^\| [^|]+ \| [^|]*?([\d.]+) % [^|]*\| [^|\d]+ \|$/gm)].map(
      ([, rate]) => rate,
    );
    const rates = MISCHIEFS.map((mischief) => String(100 * RATES[mischief].default));
    assert.deepEqual(named, rates);
  });
}

test('rates can be set, and multiplied', () => {
  const options = readOptions(['--key-turns', '0.3', '--times', '2', '--way', 'one-key']);
  assert.ok(options !== 'help');
  assert.equal(options.fleet.rates.keyTurn, 0.6);
  assert.equal(options.fleet.rates.oldKey, 0.4);
  assert.deepEqual(options.ways, ['one-key']);
  assert.throws(() => readOptions(['--key-turns', 'often']), /--key-turns/);
  assert.throws(() => readOptions(['--way', 'another']), /--way/);
});
