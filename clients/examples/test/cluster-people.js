// People who use a cluster while its primary is lost, and the ledger of what they were told.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_ID } from 'yaoshi-testing';
import { Random } from 'yaoshi-testing/killed';

/** How many people are there at the same time. */
const PEOPLE = 24;
/** How many sessions a person has at most. */
const MOST_SESSIONS = 4;

// All times are in milliseconds.
/** How long somebody waits at most before the next request, or before sending one again. */
const REST = 200;
/** More than a request may take: 10 s. */
const REQUEST_TIMEOUT = 15_000;

/** What a registered user does next, with the weight of each. */
const ACTIONS = { check: 25, 'check what was revoked': 15, rename: 25, logIn: 20, logOut: 15 };

/** What people know: only an answer of success tells it. */
export class Ledger {
  /** By token: whether it `isRevoked`, or may be (`isUnsure`); `userId`, where there is one; `at`, when that was told. */
  sessions = new Map();
  /** By id: the `nickname` that was told, and those that may have been set since (`maybe`). */
  users = new Map();
  /** Every request: `kind`, when it was `sent`, when it ended (`at`), and its `status`, none without an answer. */
  answers = [];
  /** The answers that contradict what was told before. */
  contradictions = [];
}

export class People {
  ledger = new Ledger();
  #cluster;
  #seed;
  #isOver = false;
  #ended;

  constructor(cluster, seed) {
    this.#cluster = cluster;
    this.#seed = seed;
  }

  /** Lets people use the cluster until `leave`. */
  come() {
    const places = Array.from({ length: PEOPLE }, async (_, place) => {
      const person = new Person(this.#cluster, this.ledger, new Random(`${this.#seed} person ${place}`));
      while (!this.#isOver) {
        await person.act();
      }
    });
    this.#ended = Promise.all(places);
    this.#ended.catch(() => {}); // Until `leave`.
  }

  /** Ends when every request has its answer. */
  async leave() {
    this.#isOver = true;
    await this.#ended;
  }

  /** When the first request was answered with success that was sent after `since`, and writes. */
  async served(since, timeout) {
    for (const deadline = Date.now() + timeout; Date.now() < deadline; await sleep(50)) {
      const isWrite = ({ kind }) => kind !== 'check';
      const served = this.ledger.answers.find(
        (answer) => answer.sent >= since && answer.status < 300 && isWrite(answer),
      );
      if (served) {
        return served.at;
      }
    }
    return undefined;
  }
}

class Person {
  #cluster;
  #ledger;
  #random;
  #phone;
  /** The tokens of the sessions that are open, the oldest first. */
  #tokens = [];
  #revoked = [];
  #userId;
  #names = 0;

  constructor(cluster, ledger, random) {
    this.#cluster = cluster;
    this.#ledger = ledger;
    this.#random = random;
  }

  async act() {
    await sleep(this.#random.between(0, REST));
    if (this.#tokens.length === 0) {
      await this.#logIn();
      return;
    }
    const action = this.#random.oneOf(ACTIONS);
    if (action === 'logIn' && this.#tokens.length < MOST_SESSIONS) {
      await this.#logIn();
    } else if (action === 'logOut') {
      await this.#logOut(this.#tokens.shift());
    } else if (action === 'rename') {
      await this.#rename(this.#tokens.at(-1));
    } else {
      await this.#check(action === 'check' ? this.#tokens.at(-1) : this.#revoked.at(-1));
    }
  }

  async #logIn() {
    this.#phone ??= await this.#newPhone();
    const { code } = await this.#cluster.wechat.phone('login', this.#phone);
    const login = await this.#send('log in', 'POST', '/v1/login', { body: { app_id: APP_ID, code } });
    if (!login.isSuccess) {
      return;
    }
    if (login.body.user) {
      this.#keep(login);
    } else {
      await this.#register(login.body.token);
    }
  }

  async #newPhone() {
    const openid = `o${randomUUID().replaceAll('-', '').slice(0, 27)}`;
    return {
      app_id: APP_ID,
      user_id: await this.#cluster.wechat.createUser({ openids: { [APP_ID]: openid } }),
    };
  }

  /** Registers. The session of a stranger ends with it. */
  async #register(token) {
    const collected = await this.#cluster.wechat.phone('getUserInfo', this.#phone);
    const { rawData: raw_data, encryptedData: encrypted_data, signature, iv } = collected;
    const body = { raw_data, signature, encrypted_data, iv };
    const registration = await this.#send('register', 'POST', '/v1/register', { token, body });
    if (registration.isSuccess) {
      this.#keep(registration);
      const { id, nickname } = registration.body.user;
      this.#ledger.users.set(id, { nickname, maybe: [] });
    }
  }

  #keep({ body: { token, user }, at }) {
    this.#userId = user.id;
    this.#tokens.push(token);
    this.#ledger.sessions.set(token, { userId: user.id, at });
    // The answer to the registration was lost.
    if (!this.#ledger.users.has(user.id)) {
      this.#ledger.users.set(user.id, { nickname: user.nickname, maybe: [] });
    }
  }

  /** Logs out, and repeats it until the answer tells that the session has ended. */
  async #logOut(token) {
    const session = this.#ledger.sessions.get(token);
    session.isUnsure = true;
    for (;;) {
      const { status, at } = await this.#send('log out', 'DELETE', '/v1/session', { token, mayBe: [401] });
      if (status === 204 || status === 401) {
        Object.assign(session, { isUnsure: false, isRevoked: true, at });
        this.#revoked.push(token);
        return;
      }
      await sleep(REST);
    }
  }

  async #rename(token) {
    this.#names += 1;
    const user = this.#ledger.users.get(this.#userId);
    const nickname = `Name ${this.#names}`;
    user.maybe.push(nickname);
    const { isSuccess } = await this.#send('rename', 'PATCH', '/v1/me', { token, body: { nickname } });
    if (isSuccess) {
      Object.assign(user, { nickname, maybe: [] });
    }
  }

  /** Asks for a session, and notes an answer that contradicts what was told a second before: the other instance's time. */
  async #check(token) {
    if (token === undefined) {
      return;
    }
    const session = this.#ledger.sessions.get(token);
    const isOld = Date.now() > session.at + 1000;
    const { status } = await this.#send('check', 'GET', '/v1/session', { token, mayBe: [401] });
    const isWrong = session.isRevoked ? status === 200 && isOld : status === 401;
    if (isWrong) {
      this.#ledger.contradictions.push({ status, ...session, seen: Date.now() });
    }
  }

  /** Sends a request to HAProxy or to an instance. Anything but success, `mayBe` and 503 is a contradiction, too. */
  async #send(kind, method, path, { token, body, mayBe = [] }) {
    const { urls } = this.#cluster;
    const url = urls[Math.floor(this.#random.between(0, urls.length))] + path;
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    };
    const answer = { kind, sent: Date.now() };
    let text = '';
    try {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
      const response = await fetch(url, { method, headers, body: body && JSON.stringify(body), signal });
      text = await response.text();
      answer.status = response.status;
      const retryAfter = response.headers.get('retry-after');
      if (!response.ok && ![...mayBe, 503].includes(response.status)) {
        this.#ledger.contradictions.push({ kind, status: response.status, text });
      } else if (response.status === 503 && !(Number(retryAfter) > 0)) {
        this.#ledger.contradictions.push({ kind, status: 503, retryAfter });
      }
    } catch {
      // Without an answer.
    }
    answer.at = Date.now();
    this.#ledger.answers.push(answer);
    const isSuccess = answer.status < 300;
    return { ...answer, isSuccess, body: isSuccess && text ? JSON.parse(text) : undefined };
  }
}
