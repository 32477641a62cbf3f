import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Simulator } from './simulator.js';

/** The app id that `yaoshi dev` configures. */
export const APP_ID = 'wx0123456789abcdef';

/** How long the server may take to print its address, in milliseconds. */
const START_TIMEOUT = 30_000;

/** The options of a test's server. */
export interface ServerOptions {
  /** Environment variables in addition to the settings of `yaoshi dev`, such as `YAOSHI_SESSION__KEY_GRACE`. */
  env?: Record<string, string>;
  /** Where health and metrics are served, such as `127.0.0.1:9464`; by default nowhere. */
  opsListen?: string;
  /** Where the console is served, such as `127.0.0.1:0`; by default nowhere. */
  adminListen?: string;
  /** The hosts that requests may name besides loopback names. */
  allowHosts?: readonly string[];
}

/** A running server and a simulated WeChat, with one shared clock and a temporary database. */
export interface Yaoshi {
  /** The server's URL, without a trailing slash. */
  readonly baseUrl: string;
  readonly appId: string;
  /** The simulated WeChat. */
  readonly wechat: Simulator;
  /** The log so far. */
  log(): string;
  /** Stops the server and deletes its database. */
  stop(): Promise<void>;
}

/**
 * The path of the binary: the environment variable `YAOSHI_BIN`, or the workspace's debug build.
 *
 * @throws if it is missing
 */
export function yaoshiBinary(): string {
  const binary =
    process.env.YAOSHI_BIN ?? fileURLToPath(new URL('../../../target/debug/yaoshi', import.meta.url));
  if (!existsSync(binary)) {
    throw new Error(`${binary} is missing: run \`cargo build -p yaoshi-server\`, or set YAOSHI_BIN`);
  }
  return binary;
}

/**
 * Starts `yaoshi dev`.
 *
 * @throws if the binary is missing or does not start; the error includes the log
 */
export async function startYaoshi(options: ServerOptions = {}): Promise<Yaoshi> {
  const binary = yaoshiBinary();
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-test-'));
  const anyPort = '127.0.0.1:0';
  const database = join(folder, 'yaoshi.db');
  const hosts = options.allowHosts?.flatMap((host) => ['--allow-host', host]) ?? [];
  const flags = [
    ...['--listen', anyPort, '--simulator-listen', anyPort],
    ...['--ops-listen', options.opsListen ?? 'off'],
    ...['--admin-listen', options.adminListen ?? 'off'],
    ...hosts,
  ];
  const child = spawn(binary, ['dev', ...flags, '--database', database], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env },
  });
  const exited = once(child, 'exit');
  const logLines: string[] = [];
  createInterface(child.stderr).on('line', (line) => logLines.push(line));
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  // Also when the test process exits without calling `stop`.
  process.once('exit', () => child.kill('SIGKILL'));
  try {
    const { yaoshi, wechat } = await addresses(child, logLines);
    return {
      baseUrl: yaoshi,
      appId: APP_ID,
      wechat: new Simulator(wechat),
      log: () => logLines.join('\n'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Reads the addresses of server and simulator from the line that `yaoshi dev` prints for shells. */
function addresses(
  child: ChildProcessWithoutNullStreams,
  log: readonly string[],
): Promise<{ yaoshi: string; wechat: string }> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`yaoshi dev ${why}\n${log.join('\n')}`));
    const timer = setTimeout(
      () => fail(`did not print its address within ${START_TIMEOUT} ms`),
      START_TIMEOUT,
    );
    child.once('error', (error) => fail(`cannot be started: ${error.message}`));
    child.once('close', (code) => {
      clearTimeout(timer);
      fail(`exited with ${code}`);
    });
    createInterface(child.stdout).on('line', (line) => {
      const found = /^YAOSHI=(\S+) WECHAT=(\S+) /.exec(line);
      if (found?.[1] !== undefined && found[2] !== undefined) {
        clearTimeout(timer);
        resolve({ yaoshi: found[1], wechat: found[2] });
      }
    });
  });
}
