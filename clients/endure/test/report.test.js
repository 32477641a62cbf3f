import assert from 'node:assert/strict';
import { test } from 'node:test';
import { page, table } from '../src/report.js';
import { RESULT } from './samples.js';

test('the table has a row for each result, with the number of findings of each kind', () => {
  const findings = [
    { kind: 'lost', what: 'one' },
    { kind: 'lost', what: 'two' },
  ];
  const [, , row, other] = table([RESULT, { ...RESULT, database: 'mysql', findings }]).split('\n');
  const acknowledged = '20 sessions, 10 users, 5 numbers, 8 revocations';
  assert.equal(
    row,
    `| the server is killed | SQLite | 5 | ${acknowledged} | 0 | 0 | 0 | 0 | 0 | 0 | 1.2 s | ${RESULT.ran} |`,
  );
  assert.equal(
    other,
    `| the server is killed | MySQL | 5 | ${acknowledged} | **2** | 0 | 0 | 0 | 0 | 0 | 1.2 s | ${RESULT.ran} |`,
  );
});

test('the page says what was found', () => {
  const clean = page([RESULT]);
  assert.ok(clean.includes(table([RESULT])));
  assert.doesNotMatch(clean, /^## /m);
  const findings = [{ kind: 'undone', what: 'session 7 was ended, and is live' }];
  const faulty = page([{ ...RESULT, findings }]);
  assert.match(faulty, /^## SQLite: the server is killed\n\n- undone: session 7 was ended, and is live$/m);
});
