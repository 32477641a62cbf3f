// What the server has acknowledged: what must be there from then on, whatever fails.

/** A value that requests set. Without an answer, it may have been set or not. */
export class Known {
  #possible;

  constructor(value) {
    this.#possible = new Set([value]);
  }

  /** A request that sets it was not answered. */
  mayBe(value) {
    this.#possible.add(value);
  }

  /** A request that sets it was answered, or it was seen. */
  is(value) {
    this.#possible = new Set([value]);
  }

  allows(value) {
    return this.#possible.has(value);
  }

  toString() {
    return [...this.#possible].join(' or ');
  }
}

/**
 * A session: `live` or `ended` as far as it is acknowledged, `unsure` after a request to end it without an answer.
 *
 * @typedef {{id: string, token: string, userId?: string, state: 'live' | 'unsure' | 'ended'}} Session
 */

/** What one person was told. */
export class Account {
  openid;
  /** None before a registration is acknowledged. */
  userId;
  /** `null` where there is none. */
  phone = new Known(null);
  /** None before one is acknowledged. */
  nickname;
  /** @type {Map<string, Session>} By token. */
  sessions = new Map();
  #ledger;

  constructor(ledger, openid) {
    this.#ledger = ledger;
    this.openid = openid;
  }

  liveSessions() {
    return [...this.sessions.values()].filter(({ state }) => state === 'live');
  }

  /** Tells whether this is a user that fits what was acknowledged, and keeps it if it is the first one. */
  isUser(userId) {
    if (this.userId === undefined && userId !== undefined) {
      this.userId = userId;
      this.#ledger.count('users');
    }
    return userId === this.userId;
  }

  sessionBegan({ id, token, userId }) {
    const session = { id, token, userId, state: 'live' };
    this.sessions.set(token, session);
    this.#ledger.count('sessions');
    return session;
  }

  sessionEnded(session) {
    session.state = 'ended';
    this.#ledger.count('revocations');
  }

  sessionMayHaveEnded(session) {
    if (session.state === 'live') {
      session.state = 'unsure';
    }
  }

  /** All of them, in one request. */
  sessionsEnded() {
    for (const session of this.sessions.values()) {
      if (session.state !== 'ended') {
        this.sessionEnded(session);
      }
    }
  }

  phoneIs(number) {
    this.phone.is(number);
    this.#ledger.count('numbers');
  }

  nicknameIs(nickname) {
    this.nickname ??= new Known(nickname);
    this.nickname.is(nickname);
    this.#ledger.count('profiles');
  }
}

/** What all people were told, and the answers that they should not have got. */
export class Ledger {
  /** @type {Account[]} */
  accounts = [];
  /** How much of each kind was acknowledged. */
  acknowledged = { sessions: 0, users: 0, numbers: 0, profiles: 0, revocations: 0 };
  /** @type {import('./audit.js').Finding[]} */
  findings = [];
  /** The codes whose requests succeeded, with how often WeChat had received each by then. */
  settled = { logins: new Map(), phones: new Map() };
  #touched = new Set();

  open(openid) {
    const account = new Account(this, openid);
    this.accounts.push(account);
    return account;
  }

  count(kind) {
    this.acknowledged[kind] += 1;
  }

  /**
   * The request with this code succeeded.
   *
   * @param {'logins' | 'phones'} kind
   * @param {string} code
   * @param {Record<'logins' | 'phones', Map<string, number>>} exchanges how often WeChat got each code
   */
  settle(kind, code, exchanges) {
    this.settled[kind].set(code, exchanges[kind].get(code) ?? 0);
  }

  /** A request about this account is sent. */
  touch(account) {
    this.#touched.add(account);
  }

  /** The accounts that requests were about since the last call. */
  takeTouched() {
    const touched = [...this.#touched];
    this.#touched.clear();
    return touched;
  }

  find(kind, what) {
    this.findings.push({ kind, what });
  }
}
