import type { Account } from './account.js';
import { problemOf } from './response.js';
import { withRetries } from './retry.js';
import { authorization } from './server.js';
import type { RequestOptions, RequestResult, Yaoshi } from './types.js';
import { resolveUrl } from './url.js';
import { wxRequest } from './wx.js';

/** Makes the client's `request`: `wx.request` with the account's token, for the allowed origins. */
export function requestWithToken(
  account: Account,
  allowedOrigins: readonly (string | undefined)[],
): Yaoshi['request'] {
  const { server } = account;

  /** Sends once. A 401 that is not a problem document may not be about the token, so Yaoshi is asked. */
  const sendOnce = async (option: WechatMiniprogram.RequestOption, token: string) => {
    const header = { ...withoutAuthorization(option.header), ...authorization(token) };
    const response = await wxRequest(server.wx, { ...option, header });
    const error = problemOf(response);
    if (error) {
      throw error;
    }
    if (response.statusCode === 401) {
      await server.send('GET /v1/session', { token });
    }
    return response;
  };

  return async <T>({ repeatable, ...option }: RequestOptions) => {
    const url = resolveUrl(option.url, server.baseUrl, allowedOrigins);
    const policy = {
      repeatable: repeatable ?? option.method?.toUpperCase() !== 'POST',
      isWanted: () => true,
    };
    const response = await account.withToken((token) =>
      withRetries(() => sendOnce({ ...option, url }, token), policy, server.runtime),
    );
    return response as RequestResult<T>;
  };
}

/** The app's headers without `Authorization`, in whatever case it is written. */
function withoutAuthorization(header: WechatMiniprogram.IAnyObject = {}): WechatMiniprogram.IAnyObject {
  const names = Object.keys(header).filter((name) => name.toLowerCase() !== 'authorization');
  return Object.assign({}, ...names.map((name) => ({ [name]: header[name] })));
}
