// The cluster of docker-compose.cluster.yml, whose members are lost and come back.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComposeSystem } from './compose-system.js';

// All times are in milliseconds, and far more than it takes.
const ELECTION_TIMEOUT = 90_000;
const REJOIN_TIMEOUT = 120_000;

const MEMBERS = ['mysql1', 'mysql2', 'mysql3'];

/** The states of the members as one of them sees them. */
const GROUP = `SELECT member_host AS member, member_state AS state, member_role AS role
  FROM performance_schema.replication_group_members`;

/** Of all tables in which the test leaves something. */
const CHECKSUMS = 'CHECKSUM TABLE users, identities, session_keys, sessions, phones, events, revocations';

export class Cluster extends ComposeSystem {
  /** Nobody counts what the simulated WeChat gets. */
  exchanges = { logins: new Map(), phones: new Map() };

  constructor() {
    super({
      file: 'docker-compose.cluster.yml',
      changes: 'cluster-under-test.yml',
      services: ['haproxy', 'yaoshi1', 'yaoshi2'],
    });
  }

  /** Where somebody sends a request: HAProxy, or an instance. */
  url(random) {
    return this.urls[Math.floor(random.between(0, this.urls.length))];
  }

  /** Whom an audit asks. */
  get instances() {
    const [, first, second] = this.urls;
    return [
      { name: 'instance with a cache', url: first },
      { name: 'instance without one', url: second },
    ];
  }

  /** Nothing is a reason to refuse a request. */
  mayRefuse() {
    return false;
  }

  /** Starts everything, and returns once all members are in the group. */
  async open() {
    await super.open();
    await this.isComplete();
  }

  /** The name of the primary, as a member that is in the group sees it. */
  async primary() {
    for (const member of MEMBERS) {
      const group = await this.rows(member, GROUP).catch(() => []);
      const primary = group.find(({ role, state }) => role === 'PRIMARY' && state === 'ONLINE');
      if (primary && group.every(({ state }) => state !== 'UNREACHABLE')) {
        return primary.member;
      }
    }
    return assert.fail('there is no primary');
  }

  /** Runs a query on a member and returns the rows, each as an object of strings. */
  async rows(member, sql) {
    const mysql = [
      'mysql',
      '--user=root',
      '--default-character-set=utf8mb4',
      '--batch',
      'yaoshi',
      `--execute=${sql}`,
    ];
    const output = await this.docker(
      'exec',
      '--env',
      'MYSQL_PWD=dev-only-root',
      this.container(member),
      ...mysql,
    );
    const [names, ...rows] = output
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split('\t'));
    return rows.map((values) => Object.fromEntries(values.map((value, index) => [names[index], value])));
  }

  /** Ends the instances, which also write when nobody asks for anything. */
  async stopServing() {
    await this.docker('stop', this.container('yaoshi1'), this.container('yaoshi2'));
  }

  async kill(member) {
    await this.docker('kill', this.container(member));
  }

  async start(member) {
    await this.docker('start', this.container(member));
  }

  /** Lets nobody reach a member any more, until `reconnect`. */
  async cutOff(member) {
    await this.docker('network', 'disconnect', this.network, this.container(member));
  }

  async reconnect(member) {
    await this.docker('network', 'connect', '--alias', member, this.network, this.container(member));
  }

  /** When the others elected another primary than `lost`, in milliseconds since 1970, by the log of the one elected. */
  async electedAfter(lost, since) {
    for (const deadline = Date.now() + ELECTION_TIMEOUT; ; await sleep(500)) {
      for (const member of MEMBERS.filter((name) => name !== lost)) {
        const log = await this.docker(
          'logs',
          '--since',
          new Date(since).toISOString(),
          this.container(member),
        );
        const elected = new RegExp(
          `^(\\S+Z) .*A new primary with address ${member}:\\d+ was elected`,
          'm',
        ).exec(log);
        if (elected) {
          return { member, at: Date.parse(elected[1]) };
        }
      }
      assert.ok(Date.now() < deadline, 'no other primary was elected');
    }
  }

  /** Waits until every member is in the group and has what the others have. */
  async isComplete() {
    for (const deadline = Date.now() + REJOIN_TIMEOUT; ; await sleep(500)) {
      const group = await this.rows(await this.primary(), GROUP);
      if (group.filter(({ state }) => state === 'ONLINE').length === MEMBERS.length) {
        return;
      }
      assert.ok(Date.now() < deadline, `members are missing: ${JSON.stringify(group)}`);
    }
  }

  /** What each member holds, once nothing is written any more: the checksums of its tables. */
  async checksums() {
    const [{ executed }] = await this.rows(await this.primary(), 'SELECT @@GLOBAL.gtid_executed AS executed');
    const wait = `SELECT WAIT_FOR_EXECUTED_GTID_SET('${executed.replaceAll('\\n', '')}', 60) AS late`;
    const checksums = [];
    for (const member of MEMBERS) {
      assert.deepEqual(await this.rows(member, wait), [{ late: '0' }], `${member} does not catch up`);
      checksums.push(await this.rows(member, CHECKSUMS));
    }
    return checksums;
  }
}
