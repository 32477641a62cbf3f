// The simulated WeChat of a test that kills servers, and what the settings of these servers have in common.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { APP_ID, yaoshiBinary } from 'yaoshi-testing';
import { run } from './fixture.js';
import { lastingPort, Program } from './killed.js';

const APP_SECRET = 'c1f0a7de5b3c49688e20d7f4b19a6035';

/** Starts a simulated WeChat, which is not killed. */
export async function startSimulator() {
  const port = await lastingPort();
  const args = ['simulator', '--listen', `127.0.0.1:${port}`, '--app', `${APP_ID}:${APP_SECRET}`];
  const simulator = new Program(yaoshiBinary(), args, { port });
  await simulator.start();
  return simulator;
}

/** The settings of a server on this database. Those with the same settings share their master key. */
export function serverSettings({ databaseUrl, wechatUrl }) {
  return {
    YAOSHI_HTTP__OPS_LISTEN: 'off',
    YAOSHI_DATABASE__URL: databaseUrl,
    YAOSHI_WECHAT__BASE_URL: wechatUrl,
    YAOSHI_WECHAT__INSECURE_BASE_URL: 'true',
    YAOSHI_SECRETS__MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    YAOSHI_APP__ID: APP_ID,
    YAOSHI_APP__SECRET: APP_SECRET,
  };
}

/** Runs a command with the settings of a server, and returns what it printed. */
export async function runYaoshi(settings, ...args) {
  const { PATH, HOME } = process.env;
  const { code, stdout, stderr } = await run(yaoshiBinary(), args, { env: { PATH, HOME, ...settings } });
  assert.equal(code, 0, `yaoshi ${args.join(' ')}: ${stderr}`);
  return stdout;
}
