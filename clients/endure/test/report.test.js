import assert from 'node:assert/strict';
import { test } from 'node:test';
import { merge, page, table } from '../src/report.js';
import { RESULT } from './samples.js';

test('results of the same fault and database are added up', () => {
  const finding = { kind: 'lost', what: 'a session' };
  const ran = ['another machine'];
  const more = { ...RESULT, slowest: 2000, findings: [finding], ran };
  const [sum, other, ...none] = merge([RESULT, { ...RESULT, database: 'mysql' }, more]);
  assert.deepEqual(none, []);
  assert.equal(other.database, 'mysql');
  assert.deepEqual(sum, {
    ...RESULT,
    tries: 10,
    requests: 200,
    failures: 6,
    acknowledged: { sessions: 40, users: 20, numbers: 10, profiles: 8, revocations: 16 },
    slowest: 2000,
    findings: [finding],
    ran: [...RESULT.ran, ...ran],
  });
});

test('the table has a row for each result, with the number of findings of each kind', () => {
  const findings = [
    { kind: 'lost', what: 'one' },
    { kind: 'lost', what: 'two' },
  ];
  const [, , row, other] = table([RESULT, { ...RESULT, database: 'mysql', findings }]).split('\n');
  const acknowledged = '20 sessions, 10 users, 5 numbers, 8 revocations';
  assert.equal(
    row,
    `| the server is killed | SQLite | 5 | ${acknowledged} | 0 | 0 | 0 | 0 | 0 | 0 | 1.2 s |`,
  );
  assert.equal(
    other,
    `| the server is killed | MySQL | 5 | ${acknowledged} | **2** | 0 | 0 | 0 | 0 | 0 | 1.2 s |`,
  );
});

test('the page says where and when it was tried, and what was found', () => {
  const clean = page([RESULT]);
  assert.match(clean, /Machine and date: 2 cores, a processor, 2026-11-30\./);
  assert.doesNotMatch(clean, /^## /m);
  const findings = [{ kind: 'undone', what: 'session 7 was ended, and is live' }];
  const faulty = page([{ ...RESULT, findings }]);
  assert.match(faulty, /^## SQLite: the server is killed\n\n- undone: session 7 was ended, and is live$/m);
});
