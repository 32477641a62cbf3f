import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Record } from '../src/record.js';
import { page } from '../src/report.js';
import { RESULT } from './samples.js';

const DOCUMENTATION = fileURLToPath(new URL('../../../docs/', import.meta.url));

let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-endure-test-'));
});
after(() => rm(folder, { recursive: true, force: true }));

test('a result takes the place of the last one of its fault and database, and the others stay', async () => {
  await writeFile(join(folder, 'endurance.json'), '[]');
  const record = new Record(folder);
  const onMySql = { ...RESULT, database: 'mysql' };
  const disk = { ...RESULT, fault: 'disk' };
  for (const result of [disk, onMySql, { ...RESULT, tries: 1 }, RESULT]) {
    await record.put(result);
  }
  const results = [RESULT, onMySql, disk];
  assert.deepEqual(await record.results(), results);
  assert.equal(await readFile(join(folder, 'endurance.md'), 'utf8'), page(results));
});

test('the page in the documentation says what is on record', async () => {
  const written = await readFile(join(DOCUMENTATION, 'endurance.md'), 'utf8');
  assert.equal(written, page(await new Record(DOCUMENTATION).results()));
});
