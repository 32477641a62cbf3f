// All that takes part in a payment, each a process of its own: the simulated WeChat, the server with its database, and
// the back end of `examples/node`.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_ID, Simulator, yaoshiBinary } from 'yaoshi-testing';
import { examplePath, repositoryPath, run } from './fixture.js';
import { lastingPort, Program } from './killed.js';

const APP_SECRET = 'c1f0a7de5b3c49688e20d7f4b19a6035';
const SERVICE = { id: 'shop', secret: 'a-secret-of-thirty-two-characters' };
/** The offer of `yaoshi simulator`. */
const OFFER = { id: '1450000001', sandboxKey: 'development-sandbox-app-key-of-yaoshi-dev' };
const PUSH_TOKEN = 'pushTokenOfTheTests01';

/** More than the payments of a test: the inbox is listed as a whole. */
const INBOX_LIMIT = 10_000;

export class PaymentSystem {
  /** Reaches the simulated WeChat. */
  wechat;
  /** The programs. */
  server;
  shop;
  /** The database server, if there is one. */
  mysql;
  #simulator;
  #folder;
  #ordersFile;
  #environment;

  /** With a MySQL server, or else with SQLite. */
  constructor(mysql) {
    this.mysql = mysql;
  }

  /** Starts everything but MySQL. WeChat pushes encrypted XML. */
  async open() {
    this.#folder = await mkdtemp(join(tmpdir(), 'yaoshi-kills-'));
    this.#ordersFile = join(this.#folder, 'orders.jsonl');
    const [simulatorPort, serverPort, shopPort] = [
      await lastingPort(),
      await lastingPort(),
      await lastingPort(),
    ];
    const simulatorArgs = ['simulator', '--listen', `127.0.0.1:${simulatorPort}`];
    this.#simulator = new Program(yaoshiBinary(), [...simulatorArgs, '--app', `${APP_ID}:${APP_SECRET}`], {
      port: simulatorPort,
    });
    await this.#simulator.start();
    this.wechat = new Simulator(this.#simulator.url);

    const aesKey = randomBytes(32).toString('base64').slice(0, 43);
    const pushSecretFile = await this.#secretFile(
      'push-secret',
      `whsec_${randomBytes(32).toString('base64')}`,
    );
    this.#environment = {
      YAOSHI_HTTP__LISTEN: `127.0.0.1:${serverPort}`,
      YAOSHI_HTTP__OPS_LISTEN: 'off',
      YAOSHI_DATABASE__URL: this.mysql?.url ?? `sqlite://${join(this.#folder, 'yaoshi.db')}`,
      YAOSHI_WECHAT__BASE_URL: this.#simulator.url,
      YAOSHI_WECHAT__INSECURE_BASE_URL: 'true',
      YAOSHI_SECRETS__MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`,
      YAOSHI_APP__ID: APP_ID,
      YAOSHI_APP__SECRET: APP_SECRET,
      YAOSHI_APP__PUSH_TOKEN: PUSH_TOKEN,
      YAOSHI_APP__PUSH_AES_KEY_FILES: await this.#secretFile('push-aes-key', aesKey),
      YAOSHI_APP__PUSH_RELAY_URL: `http://127.0.0.1:${shopPort}/wechat`,
      YAOSHI_APP__PUSH_RELAY_SECRET_FILES: pushSecretFile,
      YAOSHI_APP__PUSH_RELAY_ALLOW_PRIVATE: 'true',
      YAOSHI_OFFER__ID: OFFER.id,
      YAOSHI_OFFER__SANDBOX_APP_KEY: OFFER.sandboxKey,
      YAOSHI_SERVICE__ID: SERVICE.id,
      YAOSHI_SERVICE__SECRET: SERVICE.secret,
      YAOSHI_SERVICE__SCOPES: 'sign',
    };
    await this.#yaoshi('migrate');
    this.server = new Program(yaoshiBinary(), ['serve'], {
      port: serverPort,
      env: this.#environment,
      mayFail: Boolean(this.mysql),
    });
    await this.server.start();
    const answers = repositoryPath('clients/examples/test/answers.js');
    this.shop = new Program(process.execPath, ['--import', answers, examplePath('node/server.js')], {
      port: shopPort,
      env: {
        LOGIN_SERVER: this.server.url,
        SERVICE_ID: SERVICE.id,
        SERVICE_SECRET: SERVICE.secret,
        OFFER_ID: OFFER.id,
        PORT: String(shopPort),
        PUSH_SECRET_FILE: pushSecretFile,
        ORDERS_FILE: this.#ordersFile,
      },
    });
    await this.shop.start();
    const address = { url: `${this.server.url}/wechat/push/${APP_ID}`, token: PUSH_TOKEN };
    await this.#setPushAddress({ ...address, mode: 'secure', encoding_aes_key: aesKey, format: 'xml' });
  }

  /** Ends what `open` started. */
  async close() {
    for (const program of [this.shop, this.server, this.#simulator]) {
      await program?.stop();
    }
    if (this.#folder) {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  /** The server, as `logIn` wants it. */
  get login() {
    return { baseUrl: this.server.url, appId: APP_ID, wechat: this.wechat };
  }

  /** WeChat's messages, with what was answered to each attempt. */
  async pushes() {
    const response = await fetch(`${this.wechat.url}/sim/pushes`);
    return (await response.json()).pushes;
  }

  /** The deliveries in the shop's file: each with the number of the order and the openid. */
  async deliveries() {
    const lines = (await readFile(this.#ordersFile, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line)).filter(({ state }) => state === 'delivered');
  }

  /** How many of WeChat's messages the shop has received, and how many of them it has answered with `success`. */
  requests() {
    const count = (line) => this.shop.log.split('\n').filter((printed) => printed === line).length;
    return { received: count('Request: POST /wechat'), answered: count('Answer: POST /wechat 200') };
  }

  /** The server's inbox. */
  async inbox() {
    return JSON.parse(await this.#yaoshi('push', 'list', '--json', '--limit', String(INBOX_LIMIT)));
  }

  /** Runs a command with the server's settings. */
  async #yaoshi(...args) {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, ...this.#environment };
    const { code, stdout, stderr } = await run(yaoshiBinary(), args, { env });
    assert.equal(code, 0, `yaoshi ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  async #setPushAddress(address) {
    const response = await fetch(`${this.wechat.url}/sim/apps/${APP_ID}/push`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(address),
    });
    assert.equal(response.status, 200, await response.text());
  }

  /** Writes a file that only this user can read, and returns its path. */
  async #secretFile(name, text) {
    const path = join(this.#folder, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  }
}
