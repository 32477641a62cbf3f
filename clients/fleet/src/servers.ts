import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { APP_ID, yaoshiBinary } from 'yaoshi-testing';
import { kill, printed } from 'yaoshi-testing/programs';
import type { Way } from './ways.js';
import { WeChatLine } from './wechat-line.js';

const APP_SECRET = '0726598a07ac4b946edab9a9d8727991';

/** A simulated WeChat without a user and a server without an account. */
export interface Servers {
  /** The simulator's URL. */
  readonly wechat: string;
  readonly line: WeChatLine;
  /** The URL of the server that the phones log in at. */
  readonly server: string;
  stop(): Promise<void>;
}

/** Starts what a way needs. */
export async function startServers({ server }: Way): Promise<Servers> {
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-fleet-'));
  const running: ChildProcess[] = [];
  let line: WeChatLine | undefined;
  const killAll = () => {
    running.forEach((child) => {
      child.kill('SIGKILL');
    });
  };
  // Also when this process exits without calling `stop`.
  process.once('exit', killAll);
  const stop = async () => {
    process.off('exit', killAll);
    line?.close();
    await Promise.all(running.map(kill));
    await rm(folder, { recursive: true, force: true });
  };
  const run = (program: string, args: string[], env: Record<string, string> = {}): ChildProcess => {
    const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.push(child);
    return child;
  };
  try {
    const simulator = ['simulator', '--listen', '127.0.0.1:0', '--app', `${APP_ID}:${APP_SECRET}`];
    const wechat = await printed(run(yaoshiBinary(), simulator), 'stdout', /at (http:\S+) \(apps/);
    line = await WeChatLine.open(wechat);
    if (server === 'tutorial') {
      const script = fileURLToPath(new URL('tutorial-server.js', import.meta.url));
      const child = run(process.execPath, [script, line.url, APP_ID, APP_SECRET]);
      return { wechat, line, server: await printed(child, 'stdout', /^at (\S+)$/), stop };
    }
    const env = settings(line.url);
    await promisify(execFile)(yaoshiBinary(), ['migrate'], { cwd: folder, env });
    const child = run(yaoshiBinary(), ['serve'], env);
    const host = await printed(child, 'stderr', /"message":"listening".*"http\.addr":"([^"]+)"/);
    return { wechat, line, server: `http://${host}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settings(wechat: string): Record<string, string> {
  return {
    YAOSHI_HTTP__LISTEN: '127.0.0.1:0',
    YAOSHI_HTTP__OPS_LISTEN: 'off',
    YAOSHI_WECHAT__BASE_URL: wechat,
    YAOSHI_WECHAT__INSECURE_BASE_URL: 'true',
    YAOSHI_APP__ID: APP_ID,
    YAOSHI_APP__SECRET: APP_SECRET,
    YAOSHI_SECRETS__MASTER_KEYS: `fleet:${randomBytes(32).toString('base64')}`,
    // All phones have one address.
    YAOSHI_LIMITS__LOGIN_PER_ADDRESS: 'off',
    YAOSHI_LIMITS__REGISTRATION_PER_ADDRESS: 'off',
    YAOSHI_LOG__FORMAT: 'json',
    YAOSHI_LOG__LEVEL: 'warn,yaoshi::listening=info',
  };
}
