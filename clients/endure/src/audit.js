// Compares what was acknowledged with what is there.

/** The kinds of findings, as the columns of the report name them. */
export const FINDINGS = {
  lost: 'lost',
  undone: 'undone',
  exchanged: 'exchanged twice',
  error: 'errors other than 503',
  unexpected: 'refused without reason',
  slow: 'not back in time',
};

/**
 * Something that must not be.
 *
 * @typedef {{kind: keyof typeof FINDINGS, what: string}} Finding
 */

/**
 * What one instance answers about an account: to each token the status, the session and its user, and to a live token
 * what is on record of the user, or why that is not answered.
 *
 * @typedef {{
 *   instance: string,
 *   sessions: Map<string, {status: number, code?: string, id?: string, userId?: string}>,
 *   user?: {id: string, nickname: string, phone: string | null},
 *   failures: string[],
 * }} Seen
 */

/**
 * What must not be in what an instance answers about an account.
 *
 * @param {import('./ledger.js').Account} account
 * @param {Seen} seen
 * @returns {Finding[]}
 */
export function auditAccount(account, { instance, sessions, user, failures }) {
  const findings = [];
  const find = (kind, what) => findings.push({ kind, what: `${account.openid} at the ${instance}: ${what}` });
  for (const session of account.sessions.values()) {
    const answer = sessions.get(session.token);
    if (answer) {
      auditSession(session, answer, find);
    }
  }
  for (const failure of failures) {
    find('error', `the user is answered ${failure}`);
  }
  if (!user) {
    return findings;
  }
  if (account.userId !== undefined && user.id !== account.userId) {
    find('lost', `the user is ${user.id}, and was ${account.userId}`);
  }
  if (!account.phone.allows(user.phone)) {
    find('lost', `the number is ${user.phone}, and was ${account.phone}`);
  }
  if (account.nickname && !account.nickname.allows(user.nickname)) {
    find('lost', `the nickname is ${user.nickname}, and was ${account.nickname}`);
  }
  return findings;
}

function auditSession({ id, userId, state }, answer, find) {
  const isLive = answer.status === 200;
  if (answer.status >= 500) {
    find('error', `session ${id} is answered ${answer.status} ${answer.code}`);
  } else if (state === 'ended' && isLive) {
    find('undone', `session ${id} was ended, and is live`);
  } else if (state === 'live' && !isLive) {
    find('lost', `session ${id} is answered ${answer.status} ${answer.code}`);
  } else if (isLive && answer.id !== id) {
    find('lost', `session ${id} is ${answer.id}`);
  } else if (state === 'live' && answer.userId !== userId) {
    find('lost', `session ${id} is of ${answer.userId}, and was of ${userId}`);
  }
}

/**
 * The codes that WeChat received too often. Once a request has succeeded, its code is not sent again: until then, a server
 * may ask what became of a code whose exchange another one did not finish. Phone codes cost money, and are sent once, unless
 * the network to WeChat fails: then a server asks again, as only WeChat knows whether the code is used.
 *
 * @param {Record<'logins' | 'phones', Map<string, number>>} exchanges how often WeChat got each code
 * @param {Record<'logins' | 'phones', Map<string, number>>} settled how often it had received those whose request succeeded
 * @param {boolean} mayAskAgain whether the network to WeChat fails
 * @returns {Finding[]}
 */
export function auditExchanges(exchanges, settled, mayAskAgain) {
  const again = Object.keys(settled).flatMap((kind) =>
    [...settled[kind]].filter(([code, times]) => exchanges[kind].get(code) > times),
  );
  const often = mayAskAgain ? [] : [...exchanges.phones].filter(([, times]) => times > 1);
  return [
    ...again.map(([code]) => ({
      kind: 'exchanged',
      what: `WeChat got ${code} after its request had succeeded`,
    })),
    ...often.map(([code, times]) => ({
      kind: 'exchanged',
      what: `WeChat got the phone code ${code} ${times} times`,
    })),
  ];
}
