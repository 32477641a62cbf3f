// Two instances of the server on one database, which tell one receiver of events. Each process sends to a path of its
// own, so that the receiver knows which one leads.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Simulator, yaoshiBinary } from 'yaoshi-testing';
import { lastingPort, Program, Random } from 'yaoshi-testing/killed';
import { runYaoshi, serverSettings, startSimulator } from 'yaoshi-testing/killed-server';
import { UnreliableReceiver } from './unreliable-receiver.js';

/** The events that the receiver is told of: all that `Visitors` cause. */
const KINDS = [
  'registered',
  'logged_in',
  'logged_out',
  'all_sessions_revoked',
  'profile_changed',
  'user_erased',
];

// All times are in milliseconds.
/** How long an instance may take to send something: a takeover, far longer than it takes. */
const SEND_TIMEOUT = 120_000;
/** How long what waits may become no less in the end. An event waits for a try as long as since its first one. */
const SETTLE_TIMEOUT = 600_000;
/** How long a leader is alive at most once it has sent something: twice as long as it takes to send what waits. */
const REIGN = 5000;
/** How many requests a leader sends at most before it is killed, if there is time. */
const REQUESTS = 200;

export class TwoInstances {
  mysql;
  receiver;
  /** Reaches the simulated WeChat. */
  wechat;
  /** The kills, each with `sender`, the number of the process, and `at`. */
  kills = [];
  #random;
  #simulator;
  #folder;
  #settings;
  #instances = [];
  #processes = [];

  constructor(mysql, seed) {
    this.mysql = mysql;
    this.receiver = new UnreliableReceiver(seed);
    this.#random = new Random(`${seed} kills`);
  }

  /** Starts everything but MySQL. */
  async open() {
    await this.receiver.open();
    this.#simulator = await startSimulator();
    this.wechat = new Simulator(this.#simulator.url);
    this.#folder = await mkdtemp(join(tmpdir(), 'yaoshi-webhook-kills-'));
    const secretFile = join(this.#folder, 'webhook-secret');
    await writeFile(secretFile, this.receiver.secret, { mode: 0o600 });
    this.#settings = {
      ...serverSettings({ databaseUrl: this.mysql.url, wechatUrl: this.wechat.url }),
      // All users of the test have one address.
      YAOSHI_LIMITS__LOGIN_PER_ADDRESS: 'off',
      YAOSHI_LIMITS__REGISTRATION_PER_ADDRESS: 'off',
      YAOSHI_WEBHOOK__NAME: 'back-end',
      YAOSHI_WEBHOOK__URL: this.receiver.url(''),
      YAOSHI_WEBHOOK__SECRET_FILE: secretFile,
      YAOSHI_WEBHOOK__EVENTS: KINDS.join(','),
      YAOSHI_WEBHOOK__ALLOW_PRIVATE: 'true',
    };
    await runYaoshi(this.#settings, 'migrate');
    for (const port of [await lastingPort(), await lastingPort()]) {
      const instance = { port };
      this.#instances.push(instance);
      await this.#start(instance);
    }
  }

  /** Ends what `open` started. */
  async close() {
    for (const program of [...this.#instances.map(({ program }) => program), this.#simulator]) {
      await program?.stop();
    }
    this.receiver.close();
    if (this.#folder) {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  /** The addresses of the instances. One of them may be dead. */
  get urls() {
    return this.#instances.map(({ port }) => `http://127.0.0.1:${port}`);
  }

  /** What all processes printed. */
  get log() {
    return this.#processes.map(({ log }) => log).join('');
  }

  /**
   * Kills the leading instance so often, or until `isOver`, and starts it again each time. In the end, both are up, and
   * one leads.
   */
  async killLeaders(times, isOver) {
    while (this.kills.length < times && !isOver()) {
      const leader = await this.#leader();
      await this.#moment();
      await leader.program.kill();
      this.kills.push({ sender: leader.sender, at: performance.now() });
      await sleep(this.#random.between(50, 1000));
      await this.#start(leader);
    }
    await this.#leader();
  }

  /** Waits until nothing waits any more. From now on, the receiver takes everything. */
  async settle() {
    this.receiver.isReliable = true;
    let fewest = Number.POSITIVE_INFINITY;
    for (let deadline = 0; fewest > 0; await sleep(1000)) {
      const [{ count }] = await this.mysql.rows('SELECT COUNT(*) AS count FROM webhook_deliveries');
      if (Number(count) < fewest) {
        fewest = Number(count);
        deadline = performance.now() + SETTLE_TIMEOUT;
      }
      assert.ok(performance.now() < deadline, `${count} events are not taken`);
    }
  }

  /** The events on record that the receiver was to be told of. */
  async events() {
    const uuid = (column) => `BIN_TO_UUID(${column}) AS ${column}`;
    const kinds = KINDS.map((kind) => `'${kind}'`).join(', ');
    const rows = await this.mysql.rows(
      `SELECT ${['id', 'user_id', 'session_id'].map(uuid).join(', ')}, kind FROM events WHERE kind IN (${kinds})`,
    );
    return rows.map(({ id, kind, user_id, session_id }) => ({
      id,
      kind,
      userId: user_id === 'NULL' ? undefined : user_id,
      sessionId: session_id === 'NULL' ? undefined : session_id,
    }));
  }

  async #start(instance) {
    instance.sender = String(this.#processes.length + 1);
    const env = {
      ...this.#settings,
      YAOSHI_HTTP__LISTEN: `127.0.0.1:${instance.port}`,
      YAOSHI_WEBHOOK__URL: this.receiver.url(instance.sender),
    };
    instance.program = new Program(yaoshiBinary(), ['serve'], { port: instance.port, env });
    this.#processes.push(instance.program);
    await instance.program.start();
  }

  /** The instance that sent the latest request, once it is one whose process is alive. */
  async #leader() {
    for (const deadline = performance.now() + SEND_TIMEOUT; ; await sleep(1)) {
      const latest = this.receiver.requests.at(-1)?.sender;
      const leader = this.#instances.find(({ sender }) => sender === latest);
      if (leader) {
        return leader;
      }
      assert.ok(performance.now() < deadline, 'nobody sends anything');
    }
  }

  /** Waits for the moment of a kill: in the midst of what waits for the new leader, or later. */
  async #moment() {
    const enough = this.receiver.requests.length + this.#random.between(0, REQUESTS);
    const deadline = performance.now() + this.#random.between(0, REIGN);
    while (this.receiver.requests.length < enough && performance.now() < deadline) {
      await sleep(1);
    }
    await sleep(this.#random.between(0, 20));
  }
}
