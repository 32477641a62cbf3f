/**
 * Runs programs for tests: to the end, or until the test stops them.
 *
 * @module
 */
import { type ChildProcess, type SpawnOptionsWithoutStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a program may take to listen, in milliseconds. The Java compiler is among them. */
const START_TIMEOUT = 30_000;

/** What a program is started with. */
export interface ProgramOptions {
  /** Where it listens on 127.0.0.1. */
  port: number;
  /** Environment variables in addition to `PATH` and `HOME`. */
  env?: Record<string, string>;
  /** What `stop` sends it. */
  signal?: NodeJS.Signals;
}

/** A program that listens. */
export interface RunningProgram {
  readonly url: string;
  /** `undefined` if it did not start. */
  readonly pid: number | undefined;
  /** What it printed so far. */
  log(): string;
  isRunning(): boolean;
  stop(): Promise<void>;
}

/** What a program printed, and its exit code. */
export interface Output {
  code: number | null;
  stdout: string;
  stderr: string;
}

const children = new Set<ChildProcess>();
// Also when the test process exits without calling `stop`.
process.once('exit', () => {
  for (const child of children) {
    child.kill();
  }
});

/**
 * Starts a program and waits until it listens on `port`. `stop` sends it `signal`.
 *
 * @throws if the program is not installed, or exits; the error includes its output
 */
export async function startProgram(
  command: string,
  args: readonly string[],
  { port, env = {}, signal = 'SIGKILL' }: ProgramOptions,
): Promise<RunningProgram> {
  const { PATH, HOME } = process.env;
  const child = spawn(command, args, { env: { PATH, HOME, ...env } });
  let log = '';
  let end: string | undefined;
  child.on('error', (error) => {
    end = isMissing(error) ? missing(command) : error.message;
  });
  child.on('exit', (code, signal) => {
    end ??= `${command} exited with ${code ?? signal}`;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      log += data;
    });
  }
  children.add(child);
  child.on('close', () => children.delete(child));
  const deadline = Date.now() + START_TIMEOUT;
  while (!(await accepts(port))) {
    if (end !== undefined || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`${end ?? `${command} does not listen on port ${port}`}\n${log}`);
    }
    await sleep(20);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    log: () => log,
    isRunning: () => end === undefined,
    async stop() {
      if (end === undefined) {
        child.kill(signal);
        await once(child, 'exit');
      }
    },
  };
}

/**
 * Waits for a line of a program that matches, and returns the pattern's first group. Whatever it prints later is read, and
 * dropped: a program whose output nobody reads stands still.
 */
export function printed(child: ChildProcess, output: 'stdout' | 'stderr', pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const fail = (why: string) =>
      reject(new Error(`${child.spawnargs.join(' ')} ${why}\n${lines.join('\n')}`));
    const timer = setTimeout(() => fail(`did not print ${pattern}`), START_TIMEOUT);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`exited with ${code}`);
    });
    const read = (stream: Readable | null, isSearched: boolean) => {
      if (stream === null) {
        return;
      }
      createInterface(stream).on('line', (line) => {
        const found = isSearched ? pattern.exec(line)?.[1] : undefined;
        if (found !== undefined) {
          clearTimeout(timer);
          resolve(found);
        } else if (lines.length < 100) {
          lines.push(line);
        }
      });
    };
    read(child.stdout, output === 'stdout');
    read(child.stderr, output === 'stderr');
  });
}

/** Kills a program, and waits until it has ended. */
export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

/** Runs a program to the end and returns what it printed. */
export async function run(
  command: string,
  args: readonly string[],
  options: SpawnOptionsWithoutStdio = {},
): Promise<Output> {
  const child = spawn(command, args, options);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (data) => {
      output[name] += data;
    });
  }
  const [code] = await once(child, 'close').catch((error) => {
    throw isMissing(error) ? new Error(missing(command)) : error;
  });
  return { code, ...output };
}

function isMissing(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ENOENT';
}

function missing(command: string): string {
  return `${command} is missing: run scripts/example-toolchains, or install it`;
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
