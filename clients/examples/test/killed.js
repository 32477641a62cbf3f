// What a test kills and starts again, at addresses that stay the same.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, startProgram } from './fixture.js';

/** How long a program or a database may take to be there again, in milliseconds. */
const START_TIMEOUT = 60_000;

const IMAGE = 'mysql:9.7';

/** What is committed is on the disk. Nothing is replicated or measured. */
const MYSQL_OPTIONS = [
  '--innodb-flush-log-at-trx-commit=1',
  '--skip-log-bin',
  '--performance-schema=OFF',
  '--mysqlx=OFF',
];

// So that a test that is interrupted leaves nothing behind: a signal alone ends the process without its event `exit`.
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(1));
}

/** Random numbers that a seed determines. */
export class Random {
  #seed;
  #drawn = 0;

  constructor(seed) {
    this.#seed = seed;
  }

  /** A number from `from` up to `to`. */
  between(from, to) {
    this.#drawn += 1;
    const hash = createHash('sha256').update(`${this.#seed} ${this.#drawn}`).digest();
    return from + (hash.readUInt32BE() / 2 ** 32) * (to - from);
  }

  /** One of the names, each with its weight, a positive number. */
  oneOf(weights) {
    const sum = Object.values(weights).reduce((one, other) => one + other);
    let drawn = this.between(0, sum);
    return Object.keys(weights).find((name) => {
      drawn -= weights[name];
      return drawn < 0;
    });
  }
}

/** A free port below those that connections get, so that nobody takes it while its program is dead. */
export async function lastingPort() {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer();
    try {
      await once(probe.listen(port), 'listening');
      return port;
    } catch (error) {
      assert.equal(error.code, 'EADDRINUSE');
    } finally {
      probe.close();
    }
  }
}

/** A program that is killed and started again. It must not exit by itself. */
export class Program {
  kills = 0;
  /** How often it did not start. */
  failedStarts = 0;
  #command;
  #args;
  #options;
  #mayFail;
  #processes = [];

  /** With `mayFail`, it is started again if it does not start, because something that it needs is killed, too. */
  constructor(command, args, { mayFail = false, ...options }) {
    this.#command = command;
    this.#args = args;
    this.#options = options;
    this.#mayFail = mayFail;
  }

  get url() {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  /** What all its processes printed. */
  get log() {
    return this.#processes.map((process) => process.log()).join('');
  }

  /** Starts it and waits until it answers requests. */
  async start() {
    for (const deadline = Date.now() + START_TIMEOUT; ; await sleep(100)) {
      try {
        this.#processes.push(await startProgram(this.#command, this.#args, this.#options));
        // It may listen before it is ready.
        await fetch(this.url, { signal: AbortSignal.timeout(START_TIMEOUT) });
        return;
      } catch (error) {
        if (!this.#mayFail || Date.now() > deadline) {
          throw error;
        }
        this.failedStarts += 1;
        await this.stop();
      }
    }
  }

  async kill() {
    assert.ok(this.#processes.at(-1).isRunning(), `it exited by itself: ${this.log.slice(-4000)}`);
    this.kills += 1;
    await this.stop();
  }

  async stop() {
    await this.#processes.at(-1)?.stop();
  }
}

/** A MySQL server of its own, in a container that keeps its data. */
export class MySqlServer {
  kills = 0;
  #name = `yaoshi-kills-${randomUUID()}`;
  #port;
  #isCreated;
  #removeAtExit = () => spawnSync('docker', this.#removal);

  constructor() {
    this.#isCreated = this.#create();
    this.#isCreated.catch(() => {}); // Until `created`.
  }

  /** Waits for the server and its empty database. */
  async created() {
    await this.#isCreated;
  }

  async #create() {
    // Also when the test process exits without calling `remove`.
    process.once('exit', this.#removeAtExit);
    this.#port = await lastingPort();
    const name = ['--name', this.#name];
    const port = ['--publish', `127.0.0.1:${this.#port}:3306`];
    const variables = [
      'MYSQL_ALLOW_EMPTY_PASSWORD=yes',
      'MYSQL_DATABASE=yaoshi',
      'MYSQL_INITDB_SKIP_TZINFO=1',
    ];
    const env = variables.flatMap((variable) => ['--env', variable]);
    await docker('run', '--detach', ...name, ...port, ...env, IMAGE, ...MYSQL_OPTIONS);
    await this.#isReady();
  }

  get url() {
    return `mysql://root@127.0.0.1:${this.#port}/yaoshi`;
  }

  async kill() {
    this.kills += 1;
    await docker('kill', this.#name);
  }

  /** Runs a query and returns the rows, each as an object of strings. */
  async rows(sql) {
    const args = ['exec', this.#name, 'mysql', '--user=root', '--batch', 'yaoshi', `--execute=${sql}`];
    const [names, ...rows] = (await docker(...args))
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
    return rows.map((values) => Object.fromEntries(values.map((value, index) => [names[index], value])));
  }

  async start() {
    await docker('start', this.#name);
    await this.#isReady();
  }

  async remove() {
    await this.#isCreated.catch(() => {});
    await docker(...this.#removal);
    process.off('exit', this.#removeAtExit);
  }

  get #removal() {
    return ['rm', '--force', '--volumes', this.#name];
  }

  async #isReady() {
    for (const deadline = Date.now() + START_TIMEOUT; !(await greets(this.#port)); await sleep(100)) {
      assert.ok(Date.now() < deadline, 'MySQL is not ready');
    }
  }
}

async function docker(...args) {
  const { code, stdout, stderr } = await run('docker', args);
  assert.equal(code, 0, `docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Whether MySQL is at this port. Docker accepts connections before it is. */
async function greets(port) {
  const socket = connect(port, '127.0.0.1');
  const greeting = new Promise((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('close', () => resolve(false));
    socket.setTimeout(2000, () => resolve(false));
  });
  socket.on('error', () => {});
  try {
    return await greeting;
  } finally {
    socket.destroy();
  }
}
