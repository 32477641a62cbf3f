// Measures what a cluster costs: `node clients/examples/test/cluster-speed.js --help`.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { availableParallelism, cpus } from 'node:os';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { APP_ID } from 'yaoshi-testing';
import { Cluster } from './cluster.js';
import { ComposeSystem } from './compose-system.js';

const HELP = `Measures what docker-compose.cluster.yml costs beside the one MySQL of docker-compose.yml.

Both run on this machine, with the binary at YAOSHI_BIN and no cache of sessions, and take turns; one instance of each is
asked. It takes two minutes, and three quarters of a minute more for each round beyond three.

  --rounds N    how many turns each has with each row [3]
  --seconds N   how long a turn takes [2]`;

/** How many requests are under way at the same time. */
const AT_ONCE = 32;
/** How many people log in again, and have sessions that are checked. */
const PEOPLE = 256;

const { values: options } = parseArgs({
  options: {
    help: { type: 'boolean' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '2' },
  },
});

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** Sends a request, which must succeed. Node.js's own client is cheaper than its fetch. */
async function send(method, url, { token, body } = {}) {
  const data = body && JSON.stringify(body);
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(data && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(data) }),
  };
  const response = await new Promise((resolve, reject) => {
    request(url, { method, headers, agent }).on('response', resolve).on('error', reject).end(data);
  });
  const answer = await text(response);
  assert.ok(response.statusCode < 300, `${method} ${url}: ${response.statusCode} ${answer}`);
  return JSON.parse(answer);
}

/** Calls `work` for each item, so many at once, and until `deadline`. Returns how often it was done. */
async function forEach(items, work, deadline = Number.POSITIVE_INFINITY) {
  let next = 0;
  let done = 0;
  const worker = async () => {
    while (next < items.length && performance.now() < deadline) {
      const item = items[next];
      next += 1;
      await work(item);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return { done, isShort: next >= items.length };
}

/** A system under measurement: a database with an instance of the server. */
class Subject {
  /** How many of each row were done in a second, for each turn. */
  rates = new Map();
  #system;
  #people = [];
  #tokens = [];

  constructor(system) {
    this.#system = system;
  }

  async prepare() {
    this.#people = await this.#newPeople(PEOPLE);
    await forEach(await this.#codes(this.#people), async (login) => {
      this.#tokens.push((await this.#register(login)).token);
    });
  }

  /** What each turn of a row begins with, and what is done to each item until it ends. */
  rows = {
    'session check, every one a cache miss': {
      items: async (count) => repeated(this.#tokens, count),
      work: (token) => send('GET', `${this.#url}/v1/session`, { token }),
    },
    'login of a known user': {
      items: async (count) => this.#codes(repeated(this.#people, count)),
      work: (login) => this.#logIn(login),
    },
    'first login, then register': {
      items: async (count) => this.#codes(await this.#newPeople(count)),
      work: (login) => this.#register(login),
    },
  };

  async turn(row, seconds) {
    const rates = this.rates.get(row) ?? [];
    this.rates.set(row, rates);
    const most = Math.max(2000, ...rates) * 2 * seconds;
    const items = await this.rows[row].items(row.includes('check') ? most * 20 : most);
    const start = performance.now();
    const { done, isShort } = await forEach(items, this.rows[row].work, start + seconds * 1000);
    assert.ok(!isShort, `${row}: everything was done before the turn ended`);
    rates.push(done / ((performance.now() - start) / 1000));
  }

  get #url() {
    return this.#system.urls.at(-1);
  }

  /** Creates people with what a phone collects of them. */
  async #newPeople(count) {
    const people = [];
    await forEach(Array.from({ length: count }), async () => {
      const openids = { [APP_ID]: `o${randomUUID().replaceAll('-', '').slice(0, 27)}` };
      const { user_id } = await send('POST', `${this.#system.wechat.url}/sim/users`, { body: { openids } });
      people.push({ app_id: APP_ID, user_id });
    });
    return people;
  }

  async #codes(people) {
    const logins = [];
    await forEach(people, async (phone) => {
      const { code } = await send('POST', `${this.#system.wechat.url}/sim/wx/login`, { body: phone });
      logins.push({ phone, code });
    });
    return logins;
  }

  #logIn({ code }) {
    return send('POST', `${this.#url}/v1/login`, { body: { app_id: APP_ID, code } });
  }

  async #register({ phone, code }) {
    const { token } = await this.#logIn({ code });
    const collected = await send('POST', `${this.#system.wechat.url}/sim/wx/getUserInfo`, { body: phone });
    const { rawData: raw_data, encryptedData: encrypted_data, signature, iv } = collected;
    return send('POST', `${this.#url}/v1/register`, {
      token,
      body: { raw_data, signature, encrypted_data, iv },
    });
  }
}

function repeated(items, count) {
  return Array.from({ length: count }, (_, index) => items[index % items.length]);
}

function median(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

async function measure(rounds, seconds) {
  const env = { YAOSHI_SESSION__CACHE_CAPACITY: '0' };
  const compose = { file: 'docker-compose.yml', changes: 'single-under-test.yml', services: ['yaoshi'] };
  const systems = [new ComposeSystem({ ...compose, env }), new Cluster(env)];
  try {
    const subjects = [];
    for (const system of systems) {
      console.error('a system starts');
      await system.open();
      subjects.push(new Subject(system));
      await subjects.at(-1).prepare();
    }
    const [single, cluster] = subjects;
    for (const row of Object.keys(single.rows)) {
      for (let round = 1; round <= rounds; round += 1) {
        console.error(`${row}: round ${round} of ${rounds}`);
        for (const subject of subjects) {
          await subject.turn(row, seconds);
        }
      }
    }
    report(single, cluster, `${rounds} rounds, turns of ${seconds} s`);
  } finally {
    agent.destroy();
    await Promise.all(systems.map((system) => system.close()));
  }
}

function report(single, cluster, how) {
  const day = new Date().toISOString().slice(0, 10);
  console.log(`Machine: ${availableParallelism()} cores, ${cpus()[0].model}; ${day}. ${how}.\n`);
  console.log('| what | one MySQL | cluster | ratio |\n|---|---|---|---|');
  for (const row of Object.keys(single.rows)) {
    const [one, three] = [single, cluster].map(({ rates }) => median(rates.get(row)));
    console.log(`| ${row} | ${one.toFixed(0)}/s | ${three.toFixed(0)}/s | **${(three / one).toFixed(2)}** |`);
  }
}

if (options.help) {
  console.log(HELP);
} else {
  await measure(Number(options.rounds), Number(options.seconds));
}
