// Asks an instance about what people were told.

import { setTimeout as sleep } from 'node:timers/promises';
import { isAnswered, send } from './requests.js';

/** How often a question is repeated that is not answered. */
const REPETITIONS = 20;
/** How long to wait before that, in milliseconds. */
const RETRY = 250;

/**
 * What an instance answers about an account.
 *
 * @param {{name: string, url: string}} instance
 * @param {import('./ledger.js').Account} account
 * @param {import('./ledger.js').Session[]} sessions those to ask about
 * @returns {Promise<import('./audit.js').Seen>}
 */
export async function observe({ name, url }, account, sessions) {
  const seen = { instance: name, sessions: new Map(), failures: [] };
  for (const { token } of sessions) {
    const { status, body } = await ask(url, '/v1/session', token);
    seen.sessions.set(token, { status, code: body.code, id: body.session?.id, userId: body.user?.id });
  }
  const registered = account.liveSessions().find(({ userId }) => userId !== undefined);
  if (registered && seen.sessions.get(registered.token)?.status === 200) {
    const user = await ask(url, '/v1/me', registered.token);
    const phone = await ask(url, '/v1/me/phone', registered.token);
    const failed = [user, phone].filter(({ status, body }) => status >= 300 && body.code !== 'no_phone');
    seen.failures = failed.map(({ status, body }) => `${status} ${body.code}`);
    if (failed.length === 0) {
      const { id, nickname } = user.body;
      seen.user = { id, nickname, phone: phone.body.phone ?? null };
    }
  }
  return seen;
}

async function ask(url, path, token) {
  for (let repetitions = 0; ; repetitions += 1) {
    const outcome = await send(url, 'GET', path, { token });
    if (isAnswered(outcome) || repetitions === REPETITIONS) {
      return { status: outcome.status ?? 599, body: outcome.body ?? { code: 'no answer' } };
    }
    await sleep(RETRY);
  }
}
