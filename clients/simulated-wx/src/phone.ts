import { type PhoneMethod, WxFailure, type WxResult } from './call.js';
import { type Fetch, reason } from './network.js';

/** The Mini Program, the WeChat user and the device, and the simulator's address. */
export interface Phone {
  /** The simulator's URL, such as `http://127.0.0.1:8081`. */
  simulator: string;
  /** The Mini Program's app id. */
  appId: string;
  /** The id of the WeChat user, from `POST /sim/users`. */
  userId: string;
  /** The user's device; `phone-1` by default. */
  device?: string;
}

/** The methods that only WeChat can implement, and its phone button. */
export function phoneMethods(
  phone: Phone,
  fetch: Fetch,
): { methods: Record<string, PhoneMethod>; phoneButton: PhoneMethod } {
  const identity = {
    app_id: phone.appId,
    user_id: phone.userId,
    ...(phone.device !== undefined && { device: phone.device }),
  };
  const call = async (name: string, more: Record<string, unknown> = {}): Promise<WxResult> => {
    const response = await fetch(`${phone.simulator}/sim/wx/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...identity, ...more }),
    }).catch((error: unknown) => {
      throw new WxFailure(`${name}:fail ${reason(error)}`);
    });
    const result = (await response.json()) as WxResult;
    if (!response.ok || result.errMsg !== `${name}:ok`) {
      const { errMsg = `${name}:fail ${JSON.stringify(result)}`, errCode } = result;
      throw new WxFailure(errMsg, typeof errCode === 'number' ? { errCode } : {});
    }
    return result;
  };
  const methods: Record<string, PhoneMethod> = {
    login: () => call('login'),
    checkSession: () => call('checkSession'),
    getUserInfo: () => call('getUserInfo'),
    // Withdrawn in 2022: since then WeChat returns the same anonymous user info for all users.
    getUserProfile: async () => ({
      ...(await call('getUserInfo', { anonymous: true })),
      errMsg: 'getUserProfile:ok',
    }),
    getWeRunData: () => call('getWeRunData'),
    requestVirtualPayment: ({ signData, paySig, signature, mode }) =>
      call('requestVirtualPayment', { signData, paySig, signature, mode }),
  };
  return { methods, phoneButton: () => call('getPhoneNumber') };
}
