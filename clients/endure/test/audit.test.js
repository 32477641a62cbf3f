// The audit has to find what is wrong, and nothing else.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditAccount, auditExchanges } from '../src/audit.js';
import { Ledger } from '../src/ledger.js';

const USER = 'user-1';
const NUMBER = '+8613800000001';

/** Somebody with a user, a number, a nickname, and three sessions: live, ended, and perhaps ended. */
function registered() {
  const ledger = new Ledger();
  const account = ledger.open('oPerson');
  account.isUser(USER);
  account.phoneIs(NUMBER);
  account.nicknameIs('Li Lei');
  account.sessionBegan({ id: 'live', token: 'live', userId: USER });
  account.sessionEnded(account.sessionBegan({ id: 'ended', token: 'ended', userId: USER }));
  account.sessionMayHaveEnded(account.sessionBegan({ id: 'unsure', token: 'unsure', userId: USER }));
  return { ledger, account };
}

/** What an instance answers that has lost nothing, with these changes. */
function seen({ sessions = {}, user = {}, failures = [] } = {}) {
  const answers = {
    live: { status: 200, id: 'live', userId: USER },
    ended: { status: 401, code: 'session_revoked' },
    unsure: { status: 200, id: 'unsure', userId: USER },
    ...sessions,
  };
  return {
    instance: 'server',
    sessions: new Map(Object.entries(answers)),
    user: { id: USER, nickname: 'Li Lei', phone: NUMBER, ...user },
    failures,
  };
}

const REVOKED = { status: 401, code: 'session_revoked' };

const CASES = [
  ['nothing is lost', {}, []],
  ['a session without a known end has ended', { sessions: { unsure: REVOKED } }, []],
  ['a session has ended', { sessions: { live: REVOKED } }, ['lost']],
  ['a session is not known', { sessions: { live: { status: 401, code: 'invalid_token' } } }, ['lost']],
  ['a session is another', { sessions: { live: { status: 200, id: 'other', userId: USER } } }, ['lost']],
  [
    'a session is of another user',
    { sessions: { live: { status: 200, id: 'live', userId: 'user-2' } } },
    ['lost'],
  ],
  ['a session has no user', { sessions: { live: { status: 200, id: 'live' } } }, ['lost']],
  [
    'an ended session is live',
    { sessions: { ended: { status: 200, id: 'ended', userId: USER } } },
    ['undone'],
  ],
  [
    'a session is not answered',
    { sessions: { live: { status: 503, code: 'store_unavailable' } } },
    ['error'],
  ],
  ['the user is another', { user: { id: 'user-2' } }, ['lost']],
  ['the number is gone', { user: { phone: null } }, ['lost']],
  ['the number is another', { user: { phone: '+8613800000002' } }, ['lost']],
  ['the nickname is another', { user: { nickname: 'Han Meimei' } }, ['lost']],
  ['the user is not answered', { failures: ['500 internal'] }, ['error']],
];

for (const [name, changes, kinds] of CASES) {
  test(`${name}: ${kinds.join() || 'nothing is found'}`, () => {
    const { account } = registered();
    assert.deepEqual(
      auditAccount(account, seen(changes)).map(({ kind }) => kind),
      kinds,
    );
  });
}

test('what was not answered may be there or not, until it is answered', () => {
  const { account } = registered();
  account.phone.mayBe(null);
  account.nickname.mayBe('Han Meimei');
  for (const user of [{}, { phone: null }, { nickname: 'Han Meimei' }]) {
    assert.deepEqual(auditAccount(account, seen({ user })), []);
  }
  account.phoneIs(null);
  account.nicknameIs('Han Meimei');
  assert.equal(auditAccount(account, seen()).length, 2);
});

test('a logout everywhere ends every session', () => {
  const { account } = registered();
  account.sessionsEnded();
  assert.equal(auditAccount(account, seen()).filter(({ kind }) => kind === 'undone').length, 2);
});

for (const kind of ['logins', 'phones']) {
  test(`a code of ${kind} that WeChat gets after the answer is found, and one that it got before is not`, () => {
    const exchanges = { logins: new Map(), phones: new Map() };
    exchanges[kind].set('a', 2);
    const ledger = new Ledger();
    ledger.settle(kind, 'a', exchanges);
    assert.deepEqual(auditExchanges(exchanges, ledger.settled, true), []);
    exchanges[kind].set('a', 3);
    const found = auditExchanges(exchanges, ledger.settled, true);
    assert.deepEqual(
      found.map(({ kind }) => kind),
      ['exchanged'],
    );
  });
}

test('a phone code that WeChat gets twice is found, unless the network to WeChat fails', () => {
  const exchanges = { logins: new Map(), phones: new Map([['p', 2]]) };
  const { settled } = new Ledger();
  assert.equal(auditExchanges(exchanges, settled, false).length, 1);
  assert.equal(auditExchanges(exchanges, settled, true).length, 0);
});

test('what is acknowledged is counted', () => {
  const { ledger, account } = registered();
  const counted = { sessions: 3, users: 1, numbers: 1, profiles: 1, revocations: 1 };
  assert.deepEqual(ledger.acknowledged, counted);
  assert.deepEqual(ledger.takeTouched(), []);
  ledger.touch(account);
  ledger.touch(account);
  assert.deepEqual(ledger.takeTouched(), [account]);
  assert.deepEqual(ledger.takeTouched(), []);
});
