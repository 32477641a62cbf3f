// People who come and go while one instance of two is killed and started again, and who remember what they did.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_ID } from 'yaoshi-testing';
import { Random } from 'yaoshi-testing/killed';

/** How many people are there at the same time: more than a batch has deliveries. */
const VISITORS = 40;
/** How many requests a person sends at most. */
const MOST_STEPS = 40;

// All times are in milliseconds.
/** How long somebody waits at most before the next request. */
const REST = 6000;
/** How long one waits before the next attempt where no instance listens. */
const RETRY = 50;
/** More than a request may take. */
const REQUEST_TIMEOUT = 60_000;

/** What a user who is logged in does next, with the weight of each. */
const ACTIONS = { profile_changed: 65, logged_out: 20, all_sessions_revoked: 10, user_erased: 5 };

/**
 * A request that was sent: `kind` is the event that it causes. It has an answer, or it may have happened or not.
 *
 * @typedef {{kind: string, isAnswered: boolean, userId?: string, sessionId?: string, eventId?: string}} Step
 */

export class Visitors {
  /** @type {Step[][]} What each person did, in order: each request is sent after the answer to the one before. */
  journals = [];
  /** Whether they leave: nobody comes any more. */
  isOver = false;
  #system;
  #seed;

  constructor(system, seed) {
    this.#system = system;
    this.#seed = seed;
  }

  /** Lets people come and go until `leave`. */
  async run() {
    const places = Array.from({ length: VISITORS }, (_, place) => this.#fill(place));
    await Promise.all(places).finally(() => this.leave());
  }

  leave() {
    this.isOver = true;
  }

  /** Lets one person come after the other. */
  async #fill(place) {
    const random = new Random(`${this.#seed} visitor ${place}`);
    while (!this.isOver) {
      const steps = [];
      this.journals.push(steps);
      await new Visit(this.#system, random, steps).run(() => this.isOver);
    }
  }
}

/** What one person does. */
class Visit {
  #system;
  #random;
  #steps;
  #user;
  /** The session, with its token; none before a login, or where it is not known. */
  #session;
  #userId;
  #hasGone = false;

  constructor(system, random, steps) {
    this.#system = system;
    this.#random = random;
    this.#steps = steps;
  }

  async run(isOver) {
    const openid = `o${randomUUID().replaceAll('-', '').slice(0, 27)}`;
    const userId = await this.#system.wechat.createUser({ openids: { [APP_ID]: openid } });
    this.#user = { app_id: APP_ID, user_id: userId };
    while (!this.#hasGone && !isOver() && this.#steps.length < MOST_STEPS) {
      await sleep(this.#random.between(0, REST));
      await this.#act();
    }
  }

  #act() {
    if (!this.#session) {
      return this.#logIn();
    }
    return this.#session.isRegistered ? this.#use() : this.#register();
  }

  async #logIn() {
    const { code } = await this.#system.wechat.phone('login', this.#user);
    const body = await this.#send('logged_in', 'POST', '/v1/login', { app_id: APP_ID, code });
    if (body) {
      this.#keep(body);
    }
  }

  async #register() {
    const { rawData, signature, encryptedData, iv } = await this.#system.wechat.phone(
      'getUserInfo',
      this.#user,
    );
    const openData = { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
    const body = await this.#send('registered', 'POST', '/v1/register', openData);
    if (body) {
      this.#keep(body);
    }
  }

  /** Keeps the session of an answer, and what else the step has shown. */
  #keep({ token, session, user }) {
    this.#session = { id: session.id, token, isRegistered: Boolean(user) };
    this.#userId = user?.id;
    const step = this.#steps.at(-1);
    // The event of a registration names no session.
    Object.assign(step, { userId: user?.id, sessionId: step.kind === 'registered' ? undefined : session.id });
  }

  async #use() {
    const kind = this.#random.oneOf(ACTIONS);
    if (kind === 'profile_changed') {
      await this.#send(kind, 'PATCH', '/v1/me', { nickname: `Visitor ${this.#steps.length}` });
      return;
    }
    const paths = {
      logged_out: '/v1/session',
      all_sessions_revoked: '/v1/sessions',
      user_erased: '/v1/me',
    };
    const body = await this.#send(kind, 'DELETE', paths[kind]);
    this.#session = undefined;
    if (kind === 'user_erased') {
      this.#steps.at(-1).eventId = body?.event_id;
      this.#hasGone = true;
    }
  }

  /** Sends a request to an instance that is up. Without an answer, the session is not known any more. */
  async #send(kind, method, path, body) {
    const step = { kind, isAnswered: false, userId: this.#userId, sessionId: this.#session?.id };
    this.#steps.push(step);
    const { urls } = this.#system;
    for (let next = Math.floor(this.#random.between(0, urls.length)); ; next += 1) {
      const { answer, isSent } = await this.#request(urls[next % urls.length] + path, method, body);
      if (isSent) {
        step.isAnswered = answer !== undefined;
        this.#session = step.isAnswered ? this.#session : undefined;
        return answer;
      }
      await sleep(RETRY);
    }
  }

  async #request(url, method, body) {
    const headers = {
      ...(this.#session && { authorization: `Bearer ${this.#session.token}` }),
      ...(body && { 'content-type': 'application/json' }),
    };
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
    let response;
    let text;
    try {
      response = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal });
      text = await response.text();
    } catch (error) {
      return { isSent: error.cause?.code !== 'ECONNREFUSED' };
    }
    if (response.status === 503) {
      return { isSent: true };
    }
    assert.ok(response.ok, `${method} ${url}: ${response.status} ${text}`);
    return { isSent: true, answer: text ? JSON.parse(text) : {} };
  }
}
