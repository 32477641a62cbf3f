// A system that a Compose file of the repository starts, with the binary under test and ports of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Simulator, yaoshiBinary } from 'yaoshi-testing';
// Ends the process at a signal so that what it started is removed.
import 'yaoshi-testing/killed';
import { run } from 'yaoshi-testing/programs';
import { repositoryPath } from './fixture.js';

export class ComposeSystem {
  /** Reaches the simulated WeChat. */
  wechat;
  /** Where the servers are, in the order of `services`. */
  urls;
  #name = `yaoshi-test-${randomUUID().slice(0, 8)}`;
  #files;
  #services;
  #env;
  #removeAtExit = () => spawnSync('docker', this.#removal, { env: this.#env });

  /** `changes` is a file beside this one. `services` listen on port 8080. */
  constructor({ file, changes, services }) {
    const { PATH, HOME } = process.env;
    this.#files = [repositoryPath(file), fileURLToPath(new URL(changes, import.meta.url))];
    this.#services = services;
    this.#env = { PATH, HOME, YAOSHI_BIN: yaoshiBinary() };
  }

  /** Starts everything. */
  async open() {
    // Also when the test process exits without calling `close`.
    process.once('exit', this.#removeAtExit);
    await this.docker(...this.#compose('up', '--detach'));
    this.wechat = new Simulator(await this.#address('simulator', 8081));
    this.urls = await Promise.all(this.#services.map((service) => this.#address(service, 8080)));
  }

  /** Removes everything. */
  async close() {
    await this.docker(...this.#removal);
    process.off('exit', this.#removeAtExit);
  }

  /** What these services printed. */
  logs(...services) {
    return this.docker(...this.#compose('logs', '--no-log-prefix', ...services));
  }

  container(service) {
    return `${this.#name}-${service}-1`;
  }

  get network() {
    return `${this.#name}_default`;
  }

  /** Runs `docker`, which must succeed, and returns what it printed. */
  async docker(...args) {
    const { code, stdout, stderr } = await run('docker', args, { env: this.#env });
    assert.equal(code, 0, `docker ${args.join(' ')}: ${stderr}`);
    // MySQL logs on both outputs.
    return args[0] === 'logs' ? stdout + stderr : stdout;
  }

  get #removal() {
    return this.#compose('down', '--volumes', '--timeout', '1');
  }

  #compose(...args) {
    return [
      'compose',
      '--project-name',
      this.#name,
      ...this.#files.flatMap((file) => ['--file', file]),
      ...args,
    ];
  }

  async #address(service, port) {
    return `http://${(await this.docker('port', this.container(service), String(port))).trim()}`;
  }
}
