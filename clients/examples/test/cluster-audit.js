// What must be on record of that which people were told, whichever member was lost.

import { createHash } from 'node:crypto';

/** The sessions on record, for `audit`. */
export const SESSIONS = `SELECT LOWER(HEX(token_hash)) AS hash, BIN_TO_UUID(user_id) AS userId,
  revoked_at IS NOT NULL AS isRevoked FROM sessions`;

/** The users on record, for `audit`. */
export const USERS = `SELECT BIN_TO_UUID(id) AS id, nickname FROM users WHERE status = 'active'`;

/**
 * Compares what people were told with what is on record.
 *
 * Returns lists of what must not be: the test expects all of them to be empty.
 */
export function audit(ledger, { sessions, users }) {
  const sessionsOnRecord = new Map(sessions.map((row) => [row.hash, row]));
  const nicknames = new Map(users.map(({ id, nickname }) => [id, nickname]));
  const faults = {
    'sessions lost': [],
    'revocations undone': [],
    'users lost': [],
    'profiles lost': [],
    contradictions: ledger.contradictions,
  };
  for (const [token, session] of ledger.sessions) {
    const row = sessionsOnRecord.get(hash(token));
    const isLive = row?.isRevoked === '0';
    if (session.isRevoked && isLive) {
      faults['revocations undone'].push(session);
    }
    if (!session.isRevoked && !session.isUnsure && !(isLive && row.userId === session.userId)) {
      faults['sessions lost'].push(session);
    }
  }
  for (const [id, { nickname, maybe }] of ledger.users) {
    if (!nicknames.has(id)) {
      faults['users lost'].push(id);
    } else if (![nickname, ...maybe].includes(nicknames.get(id))) {
      faults['profiles lost'].push({ id, told: nickname, maybe, found: nicknames.get(id) });
    }
  }
  return faults;
}

/** How many of the things that people were told an audit compares. */
export function acknowledged({ sessions, users }) {
  const known = [...sessions.values()].filter(({ isUnsure }) => !isUnsure);
  return {
    sessions: known.filter(({ isRevoked }) => !isRevoked).length,
    revocations: known.filter(({ isRevoked }) => isRevoked).length,
    users: users.size,
  };
}

function hash(token) {
  return createHash('sha256').update(token).digest('hex');
}
