import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { yaoshiBinary } from 'yaoshi-testing';
import { masterKey as newMasterKey } from 'yaoshi-testing/killed-server';
import { run } from 'yaoshi-testing/programs';

/** How long the server runs with another key, at least and at most, in milliseconds. */
const DURATION = { from: 500, to: 2000 };

/** What the key sealed cannot be opened. */
const KEY_IS_MISSING = new Set(['key_lost', 'key_unavailable']);

const [key, otherKey] = [newMasterKey('k1'), newMasterKey('k2')];
let keyFile;

/** @type {import('./index.js').Fault} */
export const masterKey = {
  name: 'master-key',
  what: 'the master key is taken away, then replaced by another one, then back beside it',
  databases: ['sqlite', 'mysql'],
  times: 10,
  seconds: 6,
  async prepare(folder) {
    keyFile = join(folder, 'master-keys');
    await write(key);
    return {
      settings: { YAOSHI_SECRETS__MASTER_KEYS: '', YAOSHI_SECRETS__MASTER_KEY_FILES: keyFile },
      witnessSettings: {
        YAOSHI_SECRETS__MASTER_KEYS: `${key},${otherKey}`,
        YAOSHI_SECRETS__MASTER_KEY_FILES: '',
      },
    };
  },
  async strike({ servers: [server], settings }, random) {
    await server.kill();
    await write('');
    await refusesToStart(settings);
    await write(otherKey);
    await server.start();
    await sleep(random.between(DURATION.from, DURATION.to));
    await server.kill();
    await write(key, otherKey);
    const over = performance.now();
    await server.start();
    return over;
  },
  mayRefuse: ({ code }) => KEY_IS_MISSING.has(code),
};

async function write(...keys) {
  await writeFile(keyFile, keys.map((key) => `${key}\n`).join(''), { mode: 0o600 });
}

async function refusesToStart(settings) {
  const { PATH, HOME } = process.env;
  const options = { env: { PATH, HOME, ...settings }, timeout: 30_000 };
  const { code, stderr } = await run(yaoshiBinary(), ['serve'], options);
  assert.equal(code, 1, `the server starts without a master key: ${stderr}`);
  assert.match(stderr, /master_key/);
}
