import { fetchForPage } from '../traffic/fetch.js';

/** A session of a phone, as the page knows it. */
export interface Session {
  readonly token: string;
  /** Milliseconds since 1970. Use of the session may have postponed it. */
  readonly expiresAt: number;
  /** The code of the problem with which Yaoshi refuses the token, as soon as the page knows of it. */
  readonly refusal?: string;
}

interface SessionAnswer {
  readonly code?: string;
  readonly session?: { readonly expires_at: string };
}

/** Asks Yaoshi about a session. The phone does not notice. */
export async function askAbout(session: Session, yaoshi: string): Promise<Session> {
  const response = await fetchForPage(`${yaoshi}/v1/session`, { headers: authorization(session) });
  const { code, session: found } = (await response.json()) as SessionAnswer;
  if (found !== undefined) {
    return { ...session, expiresAt: Date.parse(found.expires_at) };
  }
  return response.status === 401 && code !== undefined ? { ...session, refusal: code } : session;
}

/** Ends a session at Yaoshi. The phone does not notice. */
export async function end(session: Session, yaoshi: string): Promise<void> {
  await fetchForPage(`${yaoshi}/v1/session`, { method: 'DELETE', headers: authorization(session) });
}

function authorization({ token }: Session): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
