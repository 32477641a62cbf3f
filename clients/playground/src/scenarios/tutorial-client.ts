import type { SimulatedWx } from 'simulated-wx';
import type { Settings } from '../settings.js';

/** The outcome of a login with the tutorial's client. */
export type TutorialOutcome =
  | { readonly kind: 'registered' }
  | { readonly kind: 'failed'; readonly code: string };

/**
 * Logs in as the usual tutorial does: collects user info, then logs in, then sends both, once. It ignores
 * `recover` and never retries.
 */
export async function tutorialLogin(wx: SimulatedWx, { yaoshi, appId }: Settings): Promise<TutorialOutcome> {
  const info = await wx.getUserInfo({ withCredentials: true });
  const { code } = await wx.login();
  const login = await post<{ token: string } | { code: string }>(wx, `${yaoshi}/v1/login`, {
    app_id: appId,
    code,
  });
  if ('code' in login) {
    return { kind: 'failed', code: login.code };
  }
  const signed = {
    raw_data: info.rawData,
    signature: info.signature,
    encrypted_data: info.encryptedData,
    iv: info.iv,
  };
  const registration = await post<{ code?: string }>(wx, `${yaoshi}/v1/register`, signed, login.token);
  return registration.code === undefined
    ? { kind: 'registered' }
    : { kind: 'failed', code: registration.code };
}

function post<T>(wx: SimulatedWx, url: string, data: object, token?: string): Promise<T> {
  return new Promise((resolve, reject) => {
    wx.request({
      url,
      method: 'POST',
      data,
      header: token === undefined ? {} : { Authorization: `Bearer ${token}` },
      success: (response) => resolve(response.data as T),
      fail: reject,
    });
  });
}
