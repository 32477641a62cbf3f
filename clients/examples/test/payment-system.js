// All that takes part in a payment, each a process of its own: the simulated WeChat, the server with its database, and
// the back end of `examples/node`.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_ID, Simulator, yaoshiBinary } from 'yaoshi-testing';
import { lastingPort, Program } from 'yaoshi-testing/killed';
import { runYaoshi, serverSettings, startSimulator } from 'yaoshi-testing/killed-server';
import { examplePath, repositoryPath } from './fixture.js';

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
  #settings;

  /** With a MySQL server, or else with SQLite. */
  constructor(mysql) {
    this.mysql = mysql;
  }

  /** Starts everything but MySQL. WeChat pushes encrypted XML. */
  async open() {
    this.#folder = await mkdtemp(join(tmpdir(), 'yaoshi-kills-'));
    this.#ordersFile = join(this.#folder, 'orders.jsonl');
    const [serverPort, shopPort] = [await lastingPort(), await lastingPort()];
    this.#simulator = await startSimulator();
    this.wechat = new Simulator(this.#simulator.url);

    const aesKey = randomBytes(32).toString('base64').slice(0, 43);
    const pushSecretFile = await this.#secretFile(
      'push-secret',
      `whsec_${randomBytes(32).toString('base64')}`,
    );
    const databaseUrl = this.mysql?.url ?? `sqlite://${join(this.#folder, 'yaoshi.db')}`;
    this.#settings = {
      ...serverSettings({ databaseUrl, wechatUrl: this.wechat.url }),
      YAOSHI_HTTP__LISTEN: `127.0.0.1:${serverPort}`,
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
    await runYaoshi(this.#settings, 'migrate');
    this.server = new Program(yaoshiBinary(), ['serve'], {
      port: serverPort,
      env: this.#settings,
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
    const limit = String(INBOX_LIMIT);
    return JSON.parse(await runYaoshi(this.#settings, 'push', 'list', '--json', '--limit', limit));
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
