import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kill, printed } from 'yaoshi-testing/programs';

const BINARY =
  process.env.YAOSHI_BIN ?? fileURLToPath(new URL('../../../target/debug/yaoshi', import.meta.url));

const APP = { id: 'wx0123456789abcdef', secret: '0726598a07ac4b946edab9a9d8727991' };

/** A simulated WeChat and a server in separate processes, as in containers. */
export interface SeparateServers {
  /** The simulator's URL, which also serves the playground. */
  readonly wechat: string;
  /** The server's URL. */
  readonly yaoshi: string;
  stop(): Promise<void>;
}

/** Starts `yaoshi simulator`, and `yaoshi serve` with the simulator as its WeChat. */
export async function startSeparateServers(): Promise<SeparateServers> {
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-separate-'));
  const running: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(running.map(kill));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const port = await freePort();
    const yaoshi = `http://127.0.0.1:${port}`;
    const options = ['--app', `${APP.id}:${APP.secret}`, '--yaoshi', yaoshi];
    const simulator = spawn(BINARY, ['simulator', '--listen', '127.0.0.1:0', ...options], { env: {} });
    running.push(simulator);
    const wechat = await printed(simulator, 'stdout', /at (http:\S+)\/playground$/);
    const env = settings(port, wechat);
    await promisify(execFile)(BINARY, ['migrate'], { cwd: folder, env });
    const server = spawn(BINARY, ['serve'], { cwd: folder, env });
    running.push(server);
    await printed(server, 'stderr', /"message":"(listening)"/);
    return { wechat, yaoshi, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function settings(port: number, wechat: string): Record<string, string> {
  return {
    YAOSHI_HTTP__LISTEN: `127.0.0.1:${port}`,
    YAOSHI_HTTP__OPS_LISTEN: 'off',
    YAOSHI_HTTP__CORS_ORIGINS: wechat,
    YAOSHI_WECHAT__BASE_URL: wechat,
    YAOSHI_WECHAT__INSECURE_BASE_URL: 'true',
    YAOSHI_APP__ID: APP.id,
    YAOSHI_APP__SECRET: APP.secret,
    YAOSHI_SECRETS__MASTER_KEYS: `test:${Buffer.from('a key for tests, of 32 bytes ...').toString('base64')}`,
    YAOSHI_LOG__FORMAT: 'json',
  };
}

/** A free port. Another process could take it before it is used; none does in these tests. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return address.port;
}
