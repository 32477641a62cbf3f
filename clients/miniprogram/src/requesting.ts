import type { Account } from './account.js';
import { resolve } from './address.js';
import { problem } from './answer.js';
import type { RequestOptions, RequestResult, Yaoshi } from './face.js';
import { patiently } from './patience.js';
import { request } from './phone.js';
import { authorization } from './server.js';

/** `wx.request` with the account's token, for the server and the origins that are known. */
export function requestOf(account: Account, known: readonly (string | undefined)[]): Yaoshi['request'] {
  const { server } = account;

  /** Sends once. A bare 401 may be about something else than the token: Yaoshi knows. */
  const sendOnce = async (option: WechatMiniprogram.RequestOption, token: string) => {
    const header = { ...withoutToken(option.header), ...authorization(token) };
    const answer = await request(server.wx, { ...option, header });
    const failure = problem(answer);
    if (failure) {
      throw failure;
    }
    if (answer.statusCode === 401) {
      await server.send('GET /v1/session', { token });
    }
    return answer;
  };

  return async <T>({ repeatable, ...option }: RequestOptions) => {
    const url = resolve(option.url, server.baseUrl, known);
    const repetition = {
      repeatable: repeatable ?? option.method?.toUpperCase() !== 'POST',
      wanted: () => true,
    };
    const answer = await account.withToken((token) =>
      patiently(() => sendOnce({ ...option, url }, token), repetition, server.surroundings),
    );
    return answer as RequestResult<T>;
  };
}

/** The headers that the app gave, but for another token, in whatever case it is written. */
function withoutToken(header: WechatMiniprogram.IAnyObject = {}): WechatMiniprogram.IAnyObject {
  const names = Object.keys(header).filter((name) => name.toLowerCase() !== 'authorization');
  return Object.assign({}, ...names.map((name) => ({ [name]: header[name] })));
}
