// What the tests of reports begin with.

/** @type {import('../src/run.js').Result} */
export const RESULT = {
  fault: 'kill',
  what: 'the server is killed',
  database: 'sqlite',
  tries: 5,
  acknowledged: { sessions: 20, users: 10, numbers: 5, profiles: 4, revocations: 8 },
  slowest: 1234,
  findings: [],
  ran: '2 cores, a processor, 2026-11-30',
};
