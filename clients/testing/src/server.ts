import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Simulator } from './simulator.js';

/** The app that `yaoshi dev` signs users in for. */
export const APP_ID = 'wx0123456789abcdef';

/** How long the server may take until it says where it is, in milliseconds. */
const START_TIMEOUT = 30_000;

/** What a test may ask of its server. */
export interface ServerOptions {
  /** Settings beside those of `yaoshi dev`, such as `YAOSHI_SESSION__KEY_GRACE`. */
  env?: Record<string, string>;
}

/** A server that runs with a simulated WeChat beside it, on one clock, on a database of its own. */
export interface Yaoshi {
  /** Its address, without a slash at the end. */
  readonly baseUrl: string;
  readonly appId: string;
  /** The WeChat beside it. */
  readonly wechat: Simulator;
  /** What it has written to its log so far. */
  log(): string;
  /** Stops it and throws its database away. */
  stop(): Promise<void>;
}

/**
 * Starts the program that the environment names in `YAOSHI_BIN`, or the workspace's debug build.
 *
 * @throws where it is missing or does not start; the error carries its log.
 */
export async function startYaoshi(options: ServerOptions = {}): Promise<Yaoshi> {
  const binary =
    process.env.YAOSHI_BIN ?? fileURLToPath(new URL('../../../target/debug/yaoshi', import.meta.url));
  if (!existsSync(binary)) {
    throw new Error(`${binary} is missing: run \`cargo build -p yaoshi-server\`, or name it in YAOSHI_BIN`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-test-'));
  const anywhere = '127.0.0.1:0';
  const database = join(folder, 'yaoshi.db');
  const flags = ['--listen', anywhere, '--ops-listen', 'off', '--simulator-listen', anywhere];
  const child = spawn(binary, ['dev', ...flags, '--database', database], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
  });
  const exited = once(child, 'exit');
  const written: string[] = [];
  createInterface(child.stderr).on('line', (line) => written.push(line));
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  // A test that is killed takes its server along.
  process.once('exit', () => child.kill('SIGKILL'));
  try {
    const { yaoshi, wechat } = await addresses(child, written);
    return {
      baseUrl: yaoshi,
      appId: APP_ID,
      wechat: new Simulator(wechat),
      log: () => written.join('\n'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where server and simulator are, as the line of the guide that is meant for a shell tells. */
function addresses(
  child: ChildProcessWithoutNullStreams,
  log: readonly string[],
): Promise<{ yaoshi: string; wechat: string }> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`yaoshi dev ${why}\n${log.join('\n')}`));
    const limit = setTimeout(() => fail(`does not say where it is after ${START_TIMEOUT} ms`), START_TIMEOUT);
    child.once('error', (error) => fail(`cannot be run: ${error.message}`));
    child.once('close', (code) => {
      clearTimeout(limit);
      fail(`ended with ${code}`);
    });
    createInterface(child.stdout).on('line', (line) => {
      const found = /^YAOSHI=(\S+) WECHAT=(\S+) /.exec(line);
      if (found?.[1] !== undefined && found[2] !== undefined) {
        clearTimeout(limit);
        resolve({ yaoshi: found[1], wechat: found[2] });
      }
    });
  });
}
