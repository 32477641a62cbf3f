// All that is under load, each a process of its own: the server, its database, and the simulated WeChat.
//
//   people ──► server ──► relay ──► database
//                 │
//                 └─────► relay ──► tap ──► simulated WeChat

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Simulator, yaoshiBinary } from 'yaoshi-testing';
import { lastingPort, Program, Random } from 'yaoshi-testing/killed';
import { runYaoshi, serverSettings, startSimulator } from 'yaoshi-testing/killed-server';
import { Relay } from './relay.js';
import { WeChatTap } from './wechat-tap.js';

/** All people of a run have one address, and few people do much. */
const LIMITS = {
  YAOSHI_LIMITS__LOGIN_PER_ADDRESS: 'off',
  YAOSHI_LIMITS__REGISTRATION_PER_ADDRESS: 'off',
  YAOSHI_LIMITS__REGISTRATION_PER_IDENTITY: 'off',
  YAOSHI_LIMITS__PHONE_PER_ADDRESS: 'off',
  YAOSHI_LIMITS__PHONE_PER_IDENTITY: 'off',
};

/**
 * How a fault wants the system to be.
 *
 * @typedef {{
 *   instances?: number,
 *   folder?: string,
 *   settings?: Record<string, string>,
 *   witnessSettings?: Record<string, string>,
 *   certificateEnv?: Record<string, string>,
 *   wrap?: (command: string, args: string[], instance: number) => {command: string, args: string[], env?: object},
 * }} SystemOptions `instances` beside the witness, one by default; `folder` for the SQLite file; `settings` of all
 *   instances, and `witnessSettings` of the witness; `certificateEnv`, in which WeChat's certificate is made; `wrap`
 *   changes how an instance is started
 */

export class System {
  /** Reaches the simulated WeChat. */
  wechat;
  /** @type {Program[]} The instances under load. */
  servers = [];
  /** An instance without load, cache or relay: it answers what is on record. */
  witness;
  /** The settings of all instances. */
  settings;
  databaseRelay;
  wechatRelay;
  mysql;
  /** Whether an answer is right while the fault lasts. */
  mayRefuse = () => false;
  folder;
  #options;
  #random;
  #simulator;
  #tap;
  #temporary;

  /**
   * With a MySQL server, or else with SQLite.
   *
   * @param {{mysql?: import('yaoshi-testing/killed').MySqlServer, seed: string, options?: SystemOptions}} parts
   */
  constructor({ mysql, seed, options = {} }) {
    this.mysql = mysql;
    this.#options = options;
    this.#random = new Random(`${seed} network`);
  }

  async open() {
    this.#temporary = await mkdtemp(join(tmpdir(), 'yaoshi-endure-'));
    this.folder = this.#options.folder ?? this.#temporary;
    this.#simulator = await startSimulator();
    this.wechat = new Simulator(this.#simulator.url);
    this.#tap = new WeChatTap(this.#simulator.url);
    await this.#tap.open(this.#options.certificateEnv);
    this.wechatRelay = await Relay.to(this.#tap.port, this.#random);
    await this.#openDatabase();
    this.settings = {
      ...serverSettings({
        databaseUrl: this.#databaseUrl(this.mysql?.port),
        wechatUrl: `https://localhost:${this.wechatRelay.port}`,
      }),
      ...LIMITS,
      YAOSHI_WECHAT__EXTRA_ROOTS_FILE: this.#tap.certificateFile,
      YAOSHI_SECRETS__INDEX_KEY: randomBytes(32).toString('base64'),
      YAOSHI_APP__REGISTRATION: 'open_data,phone',
      ...this.#options.settings,
    };
    await runYaoshi(this.settings, 'migrate');
    for (let instance = 0; instance < (this.#options.instances ?? 1); instance += 1) {
      await this.#startServer(instance);
    }
    const env = { ...this.settings, ...this.#options.witnessSettings, YAOSHI_SESSION__CACHE_CAPACITY: '0' };
    this.witness = await this.#program({ command: yaoshiBinary(), args: ['serve'], env });
    await this.witness.start();
  }

  async #startServer(instance) {
    const { wrap = (command, args) => ({ command, args }) } = this.#options;
    const { command, args, env } = wrap(yaoshiBinary(), ['serve'], instance);
    const databaseUrl = this.#databaseUrl(this.databaseRelay?.port);
    const settings = { ...this.settings, YAOSHI_DATABASE__URL: databaseUrl, ...env };
    const server = await this.#program({ command, args, env: settings });
    await server.start();
    this.servers.push(server);
  }

  async close() {
    for (const program of [...this.servers, this.witness, this.#simulator]) {
      await program?.stop();
    }
    this.databaseRelay?.close();
    this.wechatRelay?.close();
    await this.#tap?.close();
    if (this.#temporary) {
      await rm(this.#temporary, { recursive: true, force: true });
    }
  }

  /** The address of an instance under load. */
  url(random) {
    return this.servers[Math.floor(random.between(0, this.servers.length))].url;
  }

  /** Whom an audit asks. */
  get instances() {
    const servers = this.servers.map((program, index) => ({ name: `server ${index + 1}`, url: program.url }));
    return [...servers, { name: 'witness', url: this.witness.url }];
  }

  /** How often WeChat got each code. */
  get exchanges() {
    return this.#tap.exchanges;
  }

  /** What the instances printed. */
  get log() {
    return this.servers.map(({ log }) => log).join('');
  }

  async #openDatabase() {
    if (this.mysql) {
      await this.mysql.rows('DROP DATABASE yaoshi; CREATE DATABASE yaoshi CHARACTER SET utf8mb4');
      this.databaseRelay = await Relay.to(this.mysql.port, this.#random);
    }
  }

  /** MySQL is reached through TLS: without it, a flipped bit is another value. */
  #databaseUrl(port) {
    return this.mysql
      ? `mysql://root@127.0.0.1:${port}/yaoshi?ssl-mode=REQUIRED`
      : `sqlite://${join(this.folder, 'yaoshi.db')}`;
  }

  async #program({ command, args, env }) {
    const port = await lastingPort();
    const listen = { YAOSHI_HTTP__LISTEN: `127.0.0.1:${port}` };
    return new Program(command, args, { port, env: { ...env, ...listen }, mayFail: Boolean(this.mysql) });
  }
}
