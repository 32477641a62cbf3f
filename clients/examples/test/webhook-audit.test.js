// The test of webhooks under kills would notice each of these faults.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from './webhook-audit.js';

const USER = 'user';

/** What a registration, a change, a login without an answer, and the login after it lead to. The sender `1` is killed. */
function history() {
  const rows = [
    { id: 'a', kind: 'registered', userId: USER },
    { id: 'b', kind: 'profile_changed', userId: USER, sessionId: 'one' },
    { id: 'c', kind: 'logged_in', userId: USER, sessionId: 'two' },
    { id: 'd', kind: 'logged_in', userId: USER, sessionId: 'three' },
  ];
  const journal = [
    { kind: 'registered', isAnswered: true, userId: USER },
    { kind: 'profile_changed', isAnswered: true, userId: USER, sessionId: 'one' },
    { kind: 'logged_in', isAnswered: false, userId: USER },
    { kind: 'logged_in', isAnswered: true, userId: USER, sessionId: 'three' },
  ];
  const requests = [
    ['1', 'a', 'refuse'],
    ['1', 'a', 'taken'],
    ['1', 'b', 'taken'],
    ['2', 'b', 'taken'],
    ['2', 'c', 'taken'],
    ['2', 'd', 'taken'],
  ].map(([sender, id, outcome], index) => {
    const number = rows.findIndex((row) => row.id === id);
    const { kind, sessionId } = rows[number];
    const data = { sequence: number + 1, user_id: USER, session_id: sessionId };
    return {
      id,
      sender,
      event: { type: kind, data },
      at: index,
      began: 2 * index + 1,
      ended: 2 * index + 2,
      outcome,
    };
  });
  const events = new Map(requests.map(({ id, event }) => [id, event]));
  return { receiver: { requests, events }, kills: [{ sender: '1', at: 2 }], journals: [journal], rows };
}

/** The names of the faults. */
function faults(history) {
  const found = Object.entries(audit(history).faults).filter(([, list]) => list.length > 0);
  return found.map(([name]) => name);
}

/** Exchanges the events of two requests. */
function exchange(requests, one, other) {
  for (const name of ['id', 'event']) {
    [requests[one][name], requests[other][name]] = [requests[other][name], requests[one][name]];
  }
}

test('a repetition after a refusal and one after a kill are none', () => {
  const { repetitions, repetitionsAfterTaken, takeovers } = audit(history());
  assert.deepEqual(faults(history()), []);
  assert.deepEqual([repetitions, repetitionsAfterTaken, takeovers], [2, 1, [1]]);
});

const TABLE = {
  'an event that the receiver does not have': [['lost'], ({ receiver }) => receiver.events.delete('c')],
  'an event that is not on record': [['invented', 'not what people did'], ({ rows }) => rows.splice(3, 1)],
  'an event of another user': [
    ['invented', 'not what people did'],
    ({ rows }) => {
      rows[3].userId = 'another';
    },
  ],
  'another sequence at the second try': [
    ['invented'],
    ({ receiver }) => {
      const { event } = receiver.requests[1];
      receiver.requests[1].event = { ...event, data: { ...event.data, sequence: 7 } };
    },
  ],
  'two events in the other order': [['out of order'], ({ receiver }) => exchange(receiver.requests, 4, 5)],
  'a repetition after a later event': [['out of order'], ({ receiver }) => exchange(receiver.requests, 3, 4)],
  'an event before the one before was taken': [
    ['out of order'],
    ({ receiver }) => {
      receiver.requests[4].outcome = 'refuse';
    },
  ],
  'an event while the one before is on its way': [
    ['out of order'],
    ({ receiver }) => {
      receiver.requests[4].ended = receiver.requests[5].began + 1;
    },
  ],
  'a request of an instance after another one took over': [
    ['two instances at a time', 'more than a batch repeated'],
    ({ receiver }) => {
      receiver.requests[5].sender = '1';
    },
  ],
  'a repetition by the same instance': [
    ['repeated without need', 'more than a batch repeated'],
    ({ receiver }) => {
      receiver.requests[0].outcome = 'taken';
    },
  ],
  'a repetition without a kill': [
    ['repeated without need'],
    ({ kills }) => {
      kills[0].sender = '2';
    },
  ],
  'an event without a request': [['not what people did'], ({ journals }) => journals[0].splice(2, 1)],
  'a request without an event': [
    ['not what people did'],
    ({ journals }) =>
      journals[0].push({ kind: 'logged_out', isAnswered: true, userId: USER, sessionId: 'three' }),
  ],
  'events in another order than the answers': [
    ['not what people did'],
    ({ journals }) => journals[0].reverse(),
  ],
};

for (const [fault, [names, make]] of Object.entries(TABLE)) {
  test(fault, () => {
    const made = history();
    make(made);
    assert.deepEqual(faults(made), names);
  });
}

test('more repetitions after a kill than a batch has deliveries', () => {
  const made = history();
  for (let number = 0; number < 32; number += 1) {
    const id = `of ${number}`;
    const row = { id, kind: 'logged_in', userId: id, sessionId: id };
    const event = { type: row.kind, data: { sequence: 10 + number, user_id: id, session_id: id } };
    made.rows.push(row);
    made.receiver.events.set(id, event);
    made.journals.push([{ kind: row.kind, isAnswered: true, userId: id, sessionId: id }]);
    const request = { id, event, outcome: 'taken', at: 1 };
    made.receiver.requests.splice(3, 0, { ...request, sender: '1', began: 5, ended: 6 });
    made.receiver.requests.push({ ...request, sender: '2', began: 13, ended: 14 });
    assert.deepEqual(faults(made), number < 31 ? [] : ['more than a batch repeated']);
  }
});
