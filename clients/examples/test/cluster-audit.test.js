// The test of the cluster would notice each of these faults.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { acknowledged, audit } from './cluster-audit.js';
import { Ledger } from './cluster-people.js';

const hash = (token) => createHash('sha256').update(token).digest('hex');

/** A user with a session, one that was revoked, one that may be, and one that nobody was told of. */
function history() {
  const ledger = new Ledger();
  ledger.sessions.set('live', { userId: 'user' });
  ledger.sessions.set('revoked', { userId: 'user', isRevoked: true });
  ledger.sessions.set('unsure', { userId: 'user', isUnsure: true });
  ledger.users.set('user', { nickname: 'told', maybe: ['maybe'] });
  const session = (token, isRevoked) => ({ hash: hash(token), userId: 'user', isRevoked });
  const sessions = [
    session('live', '0'),
    session('revoked', '1'),
    session('unsure', '1'),
    session('other', '0'),
  ];
  return { ledger, sessions, users: [{ id: 'user', nickname: 'told' }] };
}

/** The names of the faults. */
function faults({ ledger, sessions, users }) {
  const found = Object.entries(audit(ledger, { sessions, users })).filter(([, list]) => list.length > 0);
  return found.map(([name]) => name);
}

test('what was told is on record', () => {
  assert.deepEqual(faults(history()), []);
  assert.deepEqual(acknowledged(history().ledger), { sessions: 1, revocations: 1, users: 1 });
});

const NO_FAULT = {
  'a revoked session that was swept': ({ sessions }) => sessions.splice(1, 1),
  'a revocation without an answer that did not happen': ({ sessions }) => {
    sessions[2].isRevoked = '0';
  },
  'a nickname whose answer was lost': ({ users }) => {
    users[0].nickname = 'maybe';
  },
};

const FAULTS = {
  'a session that is not on record': ['sessions lost', ({ sessions }) => sessions.shift()],
  'a session that was revoked by nobody': [
    'sessions lost',
    ({ sessions }) => {
      sessions[0].isRevoked = '1';
    },
  ],
  'a session of somebody else': [
    'sessions lost',
    ({ sessions }) => {
      sessions[0].userId = 'another';
    },
  ],
  'a revoked session that is live': [
    'revocations undone',
    ({ sessions }) => {
      sessions[1].isRevoked = '0';
    },
  ],
  'a user who is not on record': ['users lost', ({ users }) => users.pop()],
  'a nickname that was overwritten by an older one': [
    'profiles lost',
    ({ users }) => {
      users[0].nickname = 'older';
    },
  ],
  'an answer against what was told': [
    'contradictions',
    ({ ledger }) => ledger.contradictions.push({ status: 500 }),
  ],
};

for (const [name, change] of Object.entries(NO_FAULT)) {
  test(`no fault: ${name}`, () => {
    const changed = history();
    change(changed);
    assert.deepEqual(faults(changed), []);
  });
}

for (const [name, [fault, change]] of Object.entries(FAULTS)) {
  test(name, () => {
    const changed = history();
    change(changed);
    assert.deepEqual(faults(changed), [fault]);
  });
}
