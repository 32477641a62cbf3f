/**
 * The simulated WeChat of a test that kills servers, and what the settings of these servers have in common.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { lastingPort, Program } from './killed.js';
import { run } from './programs.js';
import { APP_ID, yaoshiBinary } from './server.js';

const APP_SECRET = 'c1f0a7de5b3c49688e20d7f4b19a6035';

/** Starts a simulated WeChat, which is not killed. */
export async function startSimulator(): Promise<Program> {
  const port = await lastingPort();
  const args = ['simulator', '--listen', `127.0.0.1:${port}`, '--app', `${APP_ID}:${APP_SECRET}`];
  const simulator = new Program(yaoshiBinary(), args, { port });
  await simulator.start();
  return simulator;
}

/** The settings of a server on this database. Those with the same settings share their master key. */
export function serverSettings(urls: { databaseUrl: string; wechatUrl: string }): Record<string, string> {
  return {
    YAOSHI_HTTP__OPS_LISTEN: 'off',
    YAOSHI_DATABASE__URL: urls.databaseUrl,
    YAOSHI_WECHAT__BASE_URL: urls.wechatUrl,
    YAOSHI_WECHAT__INSECURE_BASE_URL: 'true',
    YAOSHI_SECRETS__MASTER_KEYS: masterKey('k1'),
    YAOSHI_APP__ID: APP_ID,
    YAOSHI_APP__SECRET: APP_SECRET,
  };
}

/** A new master key, as the settings want it. */
export function masterKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

/** Runs a command with the settings of a server, and returns what it printed. */
export async function runYaoshi(
  settings: Record<string, string>,
  ...args: readonly string[]
): Promise<string> {
  const { PATH, HOME } = process.env;
  const { code, stdout, stderr } = await run(yaoshiBinary(), args, { env: { PATH, HOME, ...settings } });
  assert.equal(code, 0, `yaoshi ${args.join(' ')}: ${stderr}`);
  return stdout;
}
