/**
 * What a test kills and starts again, at addresses that stay the same.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ProgramOptions, type RunningProgram, run, startProgram } from './programs.js';

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
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string) {
    this.#seed = seed;
  }

  /** A number from `from` up to `to`. */
  between(from: number, to: number): number {
    this.#drawn += 1;
    const hash = createHash('sha256').update(`${this.#seed} ${this.#drawn}`).digest();
    return from + (hash.readUInt32BE() / 2 ** 32) * (to - from);
  }

  /** One of the names, each with its weight, a positive number. */
  oneOf<Name extends string>(weights: Record<Name, number>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    const sum = entries.reduce((sum, [, weight]) => sum + weight, 0);
    let drawn = this.between(0, sum);
    const found = entries.find(([, weight]) => {
      drawn -= weight;
      return drawn < 0;
    });
    assert.ok(found, 'there are names');
    return found[0];
  }
}

/** A free port below those that connections get, so that nobody takes it while its program is dead. */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer();
    try {
      await once(probe.listen(port), 'listening');
      return port;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, 'EADDRINUSE');
    } finally {
      probe.close();
    }
  }
}

/** The options of a program that is killed. */
export interface KilledProgramOptions extends ProgramOptions {
  /** It is started again if it does not start, because something that it needs is killed, too. */
  mayFail?: boolean;
}

/** A program that is killed and started again. It must not exit by itself. */
export class Program {
  kills = 0;
  /** How often it did not start. */
  failedStarts = 0;
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #options: ProgramOptions;
  readonly #mayFail: boolean;
  readonly #processes: RunningProgram[] = [];

  constructor(command: string, args: readonly string[], options: KilledProgramOptions) {
    const { mayFail = false, ...others } = options;
    this.#command = command;
    this.#args = args;
    this.#options = others;
    this.#mayFail = mayFail;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#options.port}`;
  }

  /** The id of its latest process. */
  get pid(): number | undefined {
    return this.#processes.at(-1)?.pid;
  }

  /** What all its processes printed. */
  get log(): string {
    return this.#processes.map((process) => process.log()).join('');
  }

  /** Starts it and waits until it answers requests. */
  async start(): Promise<void> {
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

  async kill(): Promise<void> {
    assert.ok(this.#processes.at(-1)?.isRunning(), `it exited by itself: ${this.log.slice(-4000)}`);
    this.kills += 1;
    await this.stop();
  }

  async stop(): Promise<void> {
    await this.#processes.at(-1)?.stop();
  }
}

/** A MySQL server of its own, in a container that keeps its data. */
export class MySqlServer {
  kills = 0;
  readonly #name = `yaoshi-kills-${randomUUID()}`;
  #port = 0;
  readonly #isCreated: Promise<void>;
  readonly #removeAtExit = () => spawnSync('docker', this.#removal);

  /** With more options of `docker run`. */
  constructor(dockerOptions: readonly string[] = []) {
    this.#isCreated = this.#create(dockerOptions);
    this.#isCreated.catch(() => {}); // Until `created`.
  }

  /** Waits for the server and its empty database. */
  async created(): Promise<void> {
    await this.#isCreated;
  }

  async #create(dockerOptions: readonly string[]): Promise<void> {
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
    await docker('run', '--detach', ...name, ...port, ...env, ...dockerOptions, IMAGE, ...MYSQL_OPTIONS);
    await this.#isReady();
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `mysql://root@127.0.0.1:${this.#port}/yaoshi`;
  }

  async kill(): Promise<void> {
    this.kills += 1;
    await docker('kill', this.#name);
  }

  /** Runs a command in the container and returns what it printed. */
  execute(...command: readonly string[]): Promise<string> {
    return docker('exec', this.#name, ...command);
  }

  /** Runs a query and returns the rows, each as an object of strings. */
  async rows(sql: string): Promise<Record<string, string>[]> {
    const printed = await this.execute('mysql', '--user=root', '--batch', 'yaoshi', `--execute=${sql}`);
    const [names = [], ...rows] = printed
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
    return rows.map((values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? ''])));
  }

  async start(): Promise<void> {
    await docker('start', this.#name);
    await this.#isReady();
  }

  async remove(): Promise<void> {
    await this.#isCreated.catch(() => {});
    await docker(...this.#removal);
    process.off('exit', this.#removeAtExit);
  }

  get #removal(): string[] {
    return ['rm', '--force', '--volumes', this.#name];
  }

  async #isReady(): Promise<void> {
    for (const deadline = Date.now() + START_TIMEOUT; !(await greets(this.#port)); await sleep(100)) {
      assert.ok(Date.now() < deadline, 'MySQL is not ready');
    }
  }
}

async function docker(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run('docker', args);
  assert.equal(code, 0, `docker ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Whether MySQL is at this port. Docker accepts connections before it is. */
async function greets(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const greeting = new Promise<boolean>((resolve) => {
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
