// A receiver of webhooks that loses nothing, and often does not say so.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from 'yaoshi-testing/killed';
import { newSecret, signature } from './webhook-receivers.js';

// All times are in milliseconds.
/** The longest time for which an event is worked on. */
const WORK = 1000;
/** An answer is in time if it leaves so long after `webhook-timestamp`. The sender waits for eight seconds. */
const IN_TIME = 7000;
/** How much a `webhook-timestamp` may be off. */
const MAX_AGE = 300_000;

/** What it does with a request, with the weight of each. */
const DEEDS = {
  take: 920,
  refuse: 30,
  'hang up': 10,
  'record and hang up': 20,
  'record and answer late': 15,
  'record late': 5,
  // The sender waits for eight seconds, and so does the rest of its batch.
  'record and keep silent': 2,
};

/**
 * A request: `id` is the event's, `sender` the last part of the path. `began` and `ended` are numbers in the order in
 * which requests began and ended. The outcome is `taken` only if the answer, a 204, left in time.
 *
 * @typedef {{id: string, sender: string, event: object, at: number, began: number, ended?: number, outcome?: string}} Request
 */

export class UnreliableReceiver {
  secret = newSecret();
  /** @type {Request[]} The requests with a valid signature, in the order in which they arrived. */
  requests = [];
  /** What it has recorded: each event by its id. */
  events = new Map();
  /** How many requests had no valid signature. */
  forged = 0;
  /** Whether it takes everything at once. */
  isReliable = false;
  #random;
  #count = 0;
  #server = createServer((request, response) => {
    // A sender that is killed leaves a part of a request.
    this.#receive(request, response).catch(() => request.socket.destroy());
  });

  constructor(seed) {
    this.#random = new Random(`${seed} receiver`);
  }

  async open() {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Where it hears of `sender`. */
  url(sender) {
    return `http://127.0.0.1:${this.#server.address().port}/${sender}`;
  }

  async #receive(request, response) {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks);
    const id = request.headers['webhook-id'];
    if (!this.#isSigned(id, request.headers, body)) {
      this.forged += 1;
      response.writeHead(401).end();
      return;
    }
    const received = { id, sender: request.url.slice(1), event: JSON.parse(body), at: performance.now() };
    received.began = this.#next();
    this.requests.push(received);
    const deadline = Number(request.headers['webhook-timestamp']) * 1000 + IN_TIME;
    received.outcome = await this.#deal(received, response, deadline);
    received.ended = this.#next();
  }

  #isSigned(id, { 'webhook-timestamp': timestamp, 'webhook-signature': given }, body) {
    const age = Math.abs(Date.now() - Number(timestamp) * 1000);
    return age <= MAX_AGE && given === signature(this.secret, id, timestamp, body);
  }

  /** Does what chance wants, and returns the outcome. */
  async #deal({ id, event }, response, deadline) {
    const deed = this.isReliable ? 'take' : this.#random.oneOf(DEEDS);
    if (deed === 'record late') {
      await sleep(this.#random.between(0, WORK));
    }
    if (deed !== 'refuse' && deed !== 'hang up') {
      this.events.set(id, event);
    }
    if (deed === 'record and answer late') {
      await sleep(this.#random.between(0, WORK));
    }
    if (deed === 'hang up' || deed === 'record and hang up') {
      response.destroy();
      return deed;
    }
    if (deed !== 'record and keep silent') {
      response.writeHead(deed === 'refuse' ? 503 : 204).end();
    }
    try {
      await finished(response);
    } catch {
      return deed === 'record and keep silent' ? deed : 'the sender has gone';
    }
    if (deed === 'refuse') {
      return deed;
    }
    return Date.now() <= deadline ? 'taken' : 'answered too late';
  }

  #next() {
    this.#count += 1;
    return this.#count;
  }
}
