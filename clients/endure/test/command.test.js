// The options of the command that try nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from 'yaoshi-testing/programs';
import { FAULTS } from '../src/faults/index.js';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));

/** Runs the command. */
function command(...args) {
  return run(process.execPath, [MAIN, ...args]);
}

test('the help says how long it takes, and lists all faults', async () => {
  const { code, stdout } = await command('--help');
  assert.equal(code, 0);
  assert.match(stdout, /about \d+ minutes on two cores/);
  for (const { name, times } of FAULTS) {
    assert.match(stdout, new RegExp(`^ +${name} +${times} times `, 'm'));
  }
});

test('a fault that there is not is refused', async () => {
  const { code, stderr } = await command('--fault', 'earthquake');
  assert.equal(code, 1);
  assert.match(stderr, /there is no fault earthquake/);
});
