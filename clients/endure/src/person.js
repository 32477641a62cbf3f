// One person who logs in, registers, binds a number, edits the profile and logs out, and who repeats what was not
// answered as a client does. Each request is sent after the one before has ended.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { APP_ID } from 'yaoshi-testing';
import { isAnswered, isDone, isFailure, isWrongError, send } from './requests.js';

/** How many sessions somebody keeps at the same time, so that there is something to log out elsewhere. */
const MOST_SESSIONS = 3;
/** How often a request is repeated at most. */
const MOST_REPETITIONS = 6;
/** How long somebody waits before a repetition, at most, in milliseconds. */
const RETRY = 1000;

/** What somebody who is registered does next, with the weight of each. */
const ACTIONS = {
  check: 40,
  editProfile: 15,
  logIn: 15,
  bindPhone: 8,
  removePhone: 3,
  logOut: 12,
  logOutEverywhere: 4,
};

export class Person {
  account;
  #system;
  #ledger;
  #random;
  #hasTime;
  #onRequest;
  #user;
  #phone;

  /** Repeats requests while there is time. Reports each request, and to what that returns whether it failed. */
  constructor({ system, ledger, random, hasTime, onRequest }) {
    this.#system = system;
    this.#ledger = ledger;
    this.#random = random;
    this.#hasTime = hasTime;
    this.#onRequest = onRequest;
  }

  /** Creates the WeChat user. */
  async arrive() {
    const openid = `o${randomUUID().replaceAll('-', '').slice(0, 27)}`;
    // A number of its own, as nobody else's.
    this.#phone = `1${String(Math.floor(this.#random.between(3e9, 4e9)))}`;
    const user = { openids: { [APP_ID]: openid }, phone_number: this.#phone };
    const userId = await this.#system.wechat.createUser(user);
    this.#user = { app_id: APP_ID, user_id: userId };
    this.account = this.#ledger.open(openid);
  }

  /** Sends a request, and repeats it if it is not answered. */
  async act() {
    this.#ledger.touch(this.account);
    const sessions = this.account.liveSessions();
    if (sessions.length === 0) {
      await this.logIn();
      return;
    }
    const session = sessions[Math.floor(this.#random.between(0, sessions.length))];
    if (session.userId === undefined) {
      await this.#register(session);
      return;
    }
    const action = this.#random.oneOf(ACTIONS);
    const mayLogIn = sessions.length < MOST_SESSIONS;
    await this[action === 'logIn' && !mayLogIn ? 'check' : action](session);
  }

  async logIn() {
    const { code } = await this.#system.wechat.phone('login', this.#user);
    const request = { key: randomUUID(), body: { app_id: APP_ID, code } };
    const outcome = await this.#repeat('POST', '/v1/login', request);
    if (!isDone(outcome)) {
      // It was exchanged, and the answer of WeChat or of the server was lost: only another code helps.
      this.#expect(outcome, ['login_again']);
      return;
    }
    const session = this.#keep(outcome.body);
    this.#ledger.settle('logins', code, this.#system.exchanges);
    if (this.#random.between(0, 1) < 0.2) {
      await this.#logInAgain(request, session);
    }
  }

  /** Repeats a login that was answered. Another session takes the place of the first one, which was not used. */
  async #logInAgain(request, session) {
    const { status, body } = await this.#send('POST', '/v1/login', request);
    if (status === 200) {
      this.account.sessionEnded(session);
      this.#keep(body);
    } else {
      this.account.sessionMayHaveEnded(session);
      this.#expect({ status, body }, []);
    }
  }

  async #register(session) {
    const body =
      this.#random.between(0, 1) < 0.5
        ? { phone_code: (await this.#system.wechat.phone('getPhoneNumber', this.#user)).code }
        : openData(await this.#system.wechat.phone('getUserInfo', this.#user));
    const outcome = await this.#repeat('POST', '/v1/register', {
      token: session.token,
      key: randomUUID(),
      body,
    });
    if (isDone(outcome)) {
      session.state = 'ended';
      this.#keep(outcome.body);
      if (body.phone_code) {
        this.account.phoneIs(`+86${this.#phone}`);
        this.#ledger.settle('phones', body.phone_code, this.#system.exchanges);
      }
      return;
    }
    this.account.sessionMayHaveEnded(session);
    if (body.phone_code) {
      this.account.phone.mayBe(`+86${this.#phone}`);
    }
    this.#expect(outcome, ['login_again', 'collect_again']);
  }

  /** Keeps the session of an answer. */
  #keep({ token, session, user }) {
    const { openid } = this.account;
    const isKnown = this.account.userId !== undefined;
    if (user || isKnown) {
      if (!this.account.isUser(user?.id)) {
        this.#ledger.find('lost', `${openid} is the user ${user?.id}, and was ${this.account.userId}`);
      }
    }
    return this.account.sessionBegan({ id: session.id, token, userId: user?.id });
  }

  async check(session) {
    const { token, id, userId } = session;
    const { status, body } = await this.#send('GET', '/v1/session', { token });
    if (status === 200 && (body.session.id !== id || body.user?.id !== userId)) {
      this.#ledger.find('lost', `session ${id} of ${userId} is ${body.session.id} of ${body.user?.id}`);
    }
    this.#expect({ status, body }, []);
  }

  async editProfile({ token }) {
    const nickname = `Person ${randomUUID()}`;
    const outcome = await this.#repeat('PATCH', '/v1/me', { token, body: { nickname } });
    if (isDone(outcome)) {
      this.account.nicknameIs(nickname);
    } else {
      this.account.nickname?.mayBe(nickname);
    }
    this.#expect(outcome, []);
  }

  async bindPhone({ token }) {
    const { code } = await this.#system.wechat.phone('getPhoneNumber', this.#user);
    const number = `+86${this.#phone}`;
    const outcome = await this.#repeat('PUT', '/v1/me/phone', { token, key: randomUUID(), body: { code } });
    if (isDone(outcome)) {
      this.account.phoneIs(number);
      this.#ledger.settle('phones', code, this.#system.exchanges);
    } else {
      this.account.phone.mayBe(number);
    }
    this.#expect(outcome, ['collect_again']);
  }

  async removePhone({ token }) {
    const outcome = await this.#repeat('DELETE', '/v1/me/phone', { token });
    if (isDone(outcome)) {
      this.account.phoneIs(null);
    } else {
      this.account.phone.mayBe(null);
    }
    // There may be none.
    this.#expect(outcome, ['collect_again']);
  }

  async logOut(session) {
    const outcome = await this.#send('DELETE', '/v1/session', { token: session.token });
    if (isDone(outcome)) {
      this.account.sessionEnded(session);
    } else {
      this.account.sessionMayHaveEnded(session);
      this.#expect(outcome, []);
    }
  }

  async logOutEverywhere(session) {
    const outcome = await this.#send('DELETE', '/v1/sessions', { token: session.token });
    if (isDone(outcome)) {
      this.account.sessionsEnded();
      return;
    }
    for (const live of this.account.liveSessions()) {
      this.account.sessionMayHaveEnded(live);
    }
    this.#expect(outcome, []);
  }

  /** Sends a request until it is answered, or there is no hope. */
  async #repeat(method, path, request) {
    for (let repetitions = 0; ; repetitions += 1) {
      const outcome = await this.#send(method, path, request);
      if (isAnswered(outcome) || repetitions === MOST_REPETITIONS || !this.#hasTime()) {
        return outcome;
      }
      await sleep(this.#random.between(0, RETRY));
    }
  }

  async #send(method, path, request) {
    const ended = this.#onRequest(path);
    const outcome = await send(this.#system.url(this.#random), method, path, request);
    if (isWrongError(outcome)) {
      this.#ledger.find('error', `${method} ${path}: ${outcome.status} ${JSON.stringify(outcome.body)}`);
    }
    ended(isFailure(outcome));
    return outcome;
  }

  /** Finds a refusal unless it says one of these ways to recover. */
  #expect({ status, body }, recoveries) {
    if (status >= 400 && status < 500 && !recoveries.includes(body.recover)) {
      const { openid } = this.account;
      if (!this.#system.mayRefuse(body)) {
        this.#ledger.find('unexpected', `${openid}: ${status} ${body.code}`);
      }
    }
  }
}

function openData({ rawData, signature, encryptedData, iv }) {
  return { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
}
