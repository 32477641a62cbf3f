import { type PhoneMethod, WxFailure, type WxResult } from './call.js';
import { type Fetch, reason } from './network.js';

/** Which Mini Program runs on whose phone, and where the simulator is. */
export interface Phone {
  /** The simulator's address, such as `http://127.0.0.1:8081`. */
  simulator: string;
  /** The Mini Program. */
  appId: string;
  /** The WeChat user, as `POST /sim/users` named them. */
  userId: string;
  /** Which of the user's devices this is; `phone-1` where none is named. */
  device?: string;
}

/** The methods whose answer only WeChat can give. */
export function phoneMethods(phone: Phone, fetch: Fetch): Record<string, PhoneMethod> {
  const identity = {
    app_id: phone.appId,
    user_id: phone.userId,
    ...(phone.device !== undefined && { device: phone.device }),
  };
  const ask = async (name: string, more: Record<string, unknown> = {}): Promise<WxResult> => {
    const body = JSON.stringify({ ...identity, ...more });
    const response = await fetch(`${phone.simulator}/sim/wx/${name}`, { method: 'POST', body }).catch(
      (error: unknown) => {
        throw new WxFailure(`${name}:fail ${reason(error)}`);
      },
    );
    const result = (await response.json()) as WxResult;
    if (!response.ok || result.errMsg !== `${name}:ok`) {
      throw new WxFailure(result.errMsg ?? `${name}:fail ${JSON.stringify(result)}`);
    }
    return result;
  };
  return {
    login: () => ask('login'),
    checkSession: () => ask('checkSession'),
    getUserInfo: () => ask('getUserInfo'),
    // WeChat withdrew it in 2022: since then it tells the same to everybody.
    getUserProfile: async () => ({
      ...(await ask('getUserInfo', { anonymous: true })),
      errMsg: 'getUserProfile:ok',
    }),
    getWeRunData: () => ask('getWeRunData'),
  };
}
