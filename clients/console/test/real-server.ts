/** Starts the real server, with a simulated WeChat. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { APP_ID, type NewUser, Simulator, yaoshiBinary } from 'yaoshi-testing';
import { RealPhone } from './real-phone.js';

/** How long the server may take to print its addresses, in milliseconds. */
const START_TIMEOUT = 30_000;

/** Why tests with the real server cannot run; `false` if they can. */
export const NO_REAL_SERVER =
  process.env.YAOSHI_BIN === undefined && 'set YAOSHI_BIN to the path of the server’s binary';

export interface RealServer {
  /** The link to the console that `yaoshi dev` prints, which has name and password. */
  readonly consoleLink: string;
  /** The link to the playground that `yaoshi dev` prints. */
  readonly playgroundLink: string;
  /** Where the console is. */
  readonly origin: string;
  /** The password of the operator `dev`. */
  readonly password: string;
  /** Adds an operator who may only look, and returns the password. */
  addViewer(name: string): Promise<string>;
  /** The simulated WeChat. */
  readonly wechat: Simulator;
  /** Has the simulated WeChat push a message to the server. */
  push(message: object): Promise<void>;
  /** The phone of a new WeChat user. */
  phoneOf(user: NewUser): Promise<RealPhone>;
  /** Registers a user, and returns the id. */
  register(nickname: string): Promise<string>;
  /** Has a registration fail, and returns the request's id. */
  failRegistration(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts `yaoshi dev` with a database of its own. */
export async function startRealServer(): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'yaoshi-console-'));
  const database = join(folder, 'yaoshi.db');
  const listen = ['--listen', '--simulator-listen', '--admin-listen'].flatMap((flag) => [
    flag,
    '127.0.0.1:0',
  ]);
  const child = spawn(yaoshiBinary(), ['dev', ...listen, '--ops-listen', 'off', '--database', database], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGKILL');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  process.once('exit', () => child.kill('SIGKILL'));
  try {
    const { yaoshi, wechat: wechatUrl, playground, console: link } = await addresses(child);
    const url = new URL(link);
    const wechat = new Simulator(wechatUrl);
    const phoneOf = (user: NewUser) => RealPhone.of(user, yaoshi, wechat);
    return {
      consoleLink: link,
      playgroundLink: playground,
      origin: url.origin,
      password: new URLSearchParams(url.hash.slice(1)).get('password') ?? '',
      addViewer: (name) => addViewer(database, name),
      wechat,
      push: (message) => push(wechatUrl, message),
      phoneOf,
      register: async (nickname) => register(await phoneOf({ nickname })),
      failRegistration: async () => failRegistration(await phoneOf({ nickname: '陈浩' })),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Runs `yaoshi operators add` with the settings of `yaoshi dev`, which keeps its master key beside the database. */
async function addViewer(database: string, name: string): Promise<string> {
  const env = {
    YAOSHI_DATABASE__URL: `sqlite://${database}`,
    YAOSHI_SECRETS__MASTER_KEYS: (await readFile(`${database}.key`, 'utf8')).trim(),
    YAOSHI_APP__ID: APP_ID,
    YAOSHI_APP__SECRET: '0726598a07ac4b946edab9a9d8727991',
  };
  const command = ['operators', 'add', name, '--role', 'viewer'];
  const { stdout } = await promisify(execFile)(yaoshiBinary(), command, { env });
  return /[a-z2-9]{5}(?:-[a-z2-9]{5}){3}/.exec(stdout)?.[0] ?? '';
}

interface Addresses {
  readonly yaoshi: string;
  readonly wechat: string;
  readonly playground: string;
  readonly console: string;
}

function addresses({ stdout }: ChildProcess): Promise<Addresses> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('yaoshi dev did not print its addresses')),
      START_TIMEOUT,
    );
    let [yaoshi, wechat, playground] = ['', '', ''];
    if (stdout === null) {
      throw new Error('yaoshi dev has no output');
    }
    const lines = createInterface(stdout);
    lines.on('close', () => reject(new Error('yaoshi dev did not start')));
    lines.on('line', (line) => {
      [, yaoshi = '', wechat = ''] = /^YAOSHI=(\S+) WECHAT=(\S+) /.exec(line) ?? ['', yaoshi, wechat];
      playground = /^Watch two phones log in: (\S+)$/.exec(line)?.[1] ?? playground;
      const link = /^The console for operators: (\S+)$/.exec(line)?.[1];
      if (link !== undefined) {
        clearTimeout(timer);
        resolve({ yaoshi, wechat, playground, console: link });
      }
    });
  });
}

async function push(wechat: string, message: object): Promise<void> {
  const response = await fetch(`${wechat}/sim/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app_id: APP_ID, ...message }),
  });
  if (!response.ok) {
    throw new Error(`a push is refused with ${response.status} ${await response.text()}`);
  }
}

/** Registers with user info, and returns the user's id. */
async function register(phone: RealPhone): Promise<string> {
  await phone.logIn();
  const { status, body } = await phone.register(await phone.collectUserInfo());
  if (body.user === undefined) {
    throw new Error(`a registration is refused with ${status} ${body.code}`);
  }
  return body.user.id;
}

/** Sends data with another signature. */
async function failRegistration(phone: RealPhone): Promise<string> {
  await phone.logIn();
  const info = await phone.collectUserInfo();
  const signature = info.signature.replace(/./g, (digit) => (digit === '0' ? '1' : '0'));
  const { status, requestId } = await phone.register({ ...info, signature });
  if (status < 400) {
    throw new Error('a wrong signature is accepted');
  }
  return requestId;
}
