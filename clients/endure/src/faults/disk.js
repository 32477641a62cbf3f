import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { run } from 'yaoshi-testing/programs';

/** The size of the disk for the SQLite file, and of MySQL's, as `mount` wants it. */
const SQLITE_DISK = '64m';
const MYSQL_DISK = '800m';
const MYSQL_FOLDER = '/var/lib/mysql';

/** What the container runs: mysqld ends itself where it cannot write. */
const RESTARTED = '/mysqld-restarted.sh';
const RESTARTED_HERE = fileURLToPath(new URL('mysqld-restarted.sh', import.meta.url));

/** How long the disk is full, at least and at most, in milliseconds. */
const DURATION = { from: 500, to: 3000 };

let folder;

/** @type {import('./index.js').Fault} */
export const disk = {
  name: 'disk',
  what: 'the disk of the database is full',
  databases: ['sqlite', 'mysql'],
  times: 20,
  seconds: 6,
  mysqlOptions: [
    ...['--tmpfs', `${MYSQL_FOLDER}:size=${MYSQL_DISK}`],
    ...['--volume', `${RESTARTED_HERE}:${RESTARTED}:ro`, '--entrypoint', RESTARTED],
  ],
  /** Needs root, as every mount does. */
  async prepare(empty) {
    folder = empty;
    const { code, stderr } = await run('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${SQLITE_DISK}`,
      'tmpfs',
      folder,
    ]);
    if (code !== 0) {
      throw new Error(`a small disk cannot be mounted: ${stderr}`);
    }
    return { folder };
  },
  async strike({ mysql }, random) {
    const filler = join(mysql ? MYSQL_FOLDER : folder, 'filler');
    await (mysql ? fillInContainer(mysql, filler) : fill(filler));
    await sleep(random.between(DURATION.from, DURATION.to));
    await (mysql ? mysql.execute('rm', filler) : rm(filler));
    return performance.now();
  },
  async cleanUp() {
    await run('umount', ['--lazy', folder]);
  },
};

/** Writes until there is no room. */
async function fill(path) {
  const file = await open(path, 'w');
  // Large pieces first, and then whatever is left.
  for (const size of [1 << 20, 1 << 12]) {
    await writeAll(file, Buffer.alloc(size));
  }
  await file.close();
}

async function writeAll(file, piece) {
  try {
    for (;;) {
      await file.write(piece);
    }
  } catch (error) {
    if (error.code !== 'ENOSPC') {
      throw error;
    }
  }
}

async function fillInContainer(mysql, path) {
  await mysql.execute('sh', '-c', `cat /dev/zero > ${path} 2>/dev/null || true`);
}
