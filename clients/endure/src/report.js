// The results as a table and as a page.

import { cpus } from 'node:os';
import { FINDINGS } from './audit.js';

const DATABASES = { sqlite: 'SQLite', mysql: 'MySQL' };

/** How many findings of a fault the page shows. */
const SHOWN = 5;

/** Where and when this is: the machine, as far as it matters, and the date. */
export function hereAndNow() {
  const [{ model }] = cpus();
  return `${cpus().length} cores, ${model.trim()}, ${new Date().toISOString().slice(0, 10)}`;
}

/**
 * @param {import('./run.js').Result[]} results
 */
export function table(results) {
  const titles = ['what goes wrong', 'database', 'tries', 'acknowledged', ...Object.values(FINDINGS)];
  const rows = results.map((result) => [
    result.what,
    DATABASES[result.database],
    result.tries,
    acknowledged(result),
    ...Object.keys(FINDINGS).map((kind) => emphasized(count(result, kind))),
    `${(result.slowest / 1000).toFixed(1)} s`,
    result.ran,
  ]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const all = [...titles, 'longest until normal', 'machine and date'];
  return [line(all), line(all.map(() => '---')), ...rows.map(line)].join('\n');
}

function acknowledged({ acknowledged }) {
  const { sessions, users, numbers, revocations } = acknowledged;
  return `${sessions} sessions, ${users} users, ${numbers} numbers, ${revocations} revocations`;
}

function count({ findings }, kind) {
  return findings.filter((finding) => finding.kind === kind).length;
}

function emphasized(number) {
  return number === 0 ? '0' : `**${number}**`;
}

/**
 * The page for `docs/endurance.md`.
 *
 * @param {import('./run.js').Result[]} results
 */
export function page(results) {
  return `# Endurance

Made by \`cargo xtask endure\`. Two dozen people log in, register, bind numbers, edit their profiles and log out, and repeat
what is not answered as a client does. Meanwhile something goes wrong, again and again. After each time, nobody
sends anything new, and every instance is asked about everybody who did something since: what was acknowledged must be
there, and what was revoked must stay so. After the last time, the server is killed once more, and asked about everybody.

- **lost**: a session, user, number or profile that was acknowledged, and is not there or is another.
- **undone**: a session that was ended, and is live.
- **exchanged twice**: a code that WeChat received again after the request with it had succeeded, or a phone code that it
  received twice. Where the network to WeChat fails, the server may send a phone code until it has an answer: only WeChat
  knows whether the code is used, and refuses a used one.
- **errors other than 503**: any other answer from 500 on, one that is no problem document, or a panic.
- **refused without reason**: an answer from 400 to 499 for a request that nothing was wrong with.
- **not back in time**: the service was not normal for more than 30 s.
- **longest until normal**: from the end of the fault until requests of all kinds succeed, without one that fails or takes
  more than two seconds. Requests that wait for one with the same code, whose server was killed, do not count.

Requests without an answer, or with 503, are repeated or given up; what they asked for may be there or not. MySQL and
WeChat are reached through TLS.

${table(results)}
${details(results)}`;
}

function details(results) {
  const faulty = results.filter(({ findings }) => findings.length > 0);
  return faulty.map((result) => `\n${title(result)}\n\n${examples(result)}\n`).join('');
}

function title({ what, database }) {
  return `## ${DATABASES[database]}: ${what}`;
}

function examples({ findings }) {
  return findings
    .slice(0, SHOWN)
    .map(({ kind, what }) => `- ${FINDINGS[kind]}: ${what}`)
    .join('\n');
}
