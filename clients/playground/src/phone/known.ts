import type { User } from 'yaoshi-miniprogram';
import type { Text } from '../language/language.js';
import { fetchForPage } from '../traffic/fetch.js';
import type { Session } from './session.js';

/** What Yaoshi knows of the user of a session. */
export interface Known {
  /** The profile; `undefined` if the user is not registered. */
  readonly user?: User;
  /** The phone number, if Yaoshi has it. */
  readonly phone?: string;
}

/** Asks Yaoshi what it knows of the user. The phone does not notice. */
export async function askWhatIsKnown({ token }: Session, yaoshi: string): Promise<Known> {
  const get = async (path: string): Promise<unknown> => {
    const response = await fetchForPage(yaoshi + path, { headers: { authorization: `Bearer ${token}` } });
    return response.ok ? response.json() : undefined;
  };
  const user = (await get('/v1/me')) as User | undefined;
  if (user === undefined) {
    return {};
  }
  const number = (await get('/v1/me/phone')) as { phone: string } | undefined;
  return { user, ...(number && { phone: number.phone }) };
}

/** Describes what is known. */
export function describeKnown({ user, phone }: Known): Text {
  if (user === undefined) {
    return { key: 'note.known_unregistered' };
  }
  const { nickname = '', avatar_url = '' } = user;
  const parts = {
    nickname: nickname === '' ? '@known.no_nickname' : '@known.nickname',
    picture: avatar_url === '' ? '@known.no_picture' : '@known.picture',
    phone: phone === undefined ? '@known.no_phone' : '@known.phone',
  };
  return { key: 'note.known', values: { ...parts, name: nickname, number: phone ?? '' } };
}
