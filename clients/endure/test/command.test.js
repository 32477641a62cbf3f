// The options of the command that try nothing.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from 'yaoshi-testing/programs';
import { FAULTS } from '../src/faults/index.js';
import { RESULT } from './samples.js';

const MAIN = fileURLToPath(new URL('../src/main.js', import.meta.url));

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-endure-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Runs the command. */
function command(...args) {
  return run(process.execPath, [MAIN, ...args]);
}

/** Writes results to a file and returns its path. */
async function file(name, ...results) {
  const path = join(folder, name);
  await writeFile(path, JSON.stringify(results));
  return path;
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

test('results of several runs are added up, and the command fails where something was found', async () => {
  const [clean, same] = [await file('clean.json', RESULT), await file('same.json', RESULT)];
  const merged = await command('--merge', clean, '--merge', same);
  assert.equal(merged.code, 0);
  assert.match(merged.stdout, /\| the server is killed \| SQLite \| 10 \| 40 sessions, /);
  const faulty = await file('faulty.json', { ...RESULT, findings: [{ kind: 'lost', what: 'a session' }] });
  const failed = await command('--merge', clean, '--merge', faulty);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /\*\*1\*\*/);
});
