import type { PhoneDetail } from 'yaoshi-miniprogram';

/** The methods that only WeChat can implement. */
export type WeChatApi = Pick<
  WechatMiniprogram.Wx,
  'login' | 'checkSession' | 'getUserInfo' | 'getWeRunData' | 'requestVirtualPayment'
>;

/** What the simulator does in the place of WeChat. */
export interface SimulatedPhone {
  api: WeChatApi;
  /** A tap on a button with `open-type="getPhoneNumber"`. Returns the detail of its event. */
  tapPhoneButton(): Promise<PhoneDetail>;
}

type Result = { errMsg: string } & Record<string, unknown>;

interface Reply {
  statusCode: number;
  data: Result;
}

interface Failure {
  errMsg: string;
  errCode?: number;
}

interface Callbacks {
  success?: (result: Result) => void;
  fail?: (failure: Failure) => void;
  complete?: (outcome: { errMsg: string }) => void;
}

type PaymentOption = Callbacks & Record<'signData' | 'paySig' | 'signature' | 'mode', unknown>;

/** The storage key for this phone's user id in the simulator. */
const USER_KEY = 'simulated-user';

/**
 * The WeChat methods on top of Yaoshi's WeChat simulator, for development: `yaoshi dev` cannot exchange codes of
 * the real WeChat. The first call creates a user for this phone in the simulator.
 */
export function simulatedPhone(simulator: string, appId: string): SimulatedPhone {
  const call = async (name: string, more: Record<string, unknown> = {}): Promise<Result> => {
    const callAs = (user: string) =>
      post(`${simulator}/sim/wx/${name}`, { app_id: appId, user_id: user, ...more }, name);
    const userId: string = wx.getStorageSync(USER_KEY);
    const response = userId ? await callAs(userId) : undefined;
    // After a restart, the simulator does not know its earlier users.
    const { data } =
      response && response.statusCode !== 404 ? response : await callAs(await newUser(simulator, name));
    if (data.errMsg !== `${name}:ok`) {
      const { errMsg = `${name}:fail ${JSON.stringify(data)}`, errCode } = data;
      throw { errMsg, errCode };
    }
    return data;
  };
  const method = (name: keyof WeChatApi) => (option?: Callbacks) => deliver(call(name), option);
  const requestVirtualPayment = ({ signData, paySig, signature, mode, ...callbacks }: PaymentOption) =>
    deliver(call('requestVirtualPayment', { signData, paySig, signature, mode }), callbacks);
  const api = {
    login: method('login'),
    checkSession: method('checkSession'),
    getUserInfo: method('getUserInfo'),
    getWeRunData: method('getWeRunData'),
    requestVirtualPayment,
  };
  return {
    api: api as unknown as WeChatApi,
    tapPhoneButton: () => call('getPhoneNumber').catch((failure: Failure) => failure),
  };
}

async function newUser(simulator: string, caller: string): Promise<string> {
  const { data } = await post(`${simulator}/sim/users`, {}, caller);
  const user = String(data.user_id);
  wx.setStorageSync(USER_KEY, user);
  return user;
}

/** `caller` is the wx method that fails if the simulator is unreachable. */
function post(url: string, data: Record<string, unknown>, caller: string): Promise<Reply> {
  return new Promise((success, fail) => {
    wx.request<Result>({
      url,
      data,
      method: 'POST',
      success,
      fail: ({ errMsg }) => fail({ errMsg: `${caller}:fail ${errMsg}` }),
    });
  });
}

/** Calls the callbacks as WeChat does, or returns a promise if there are none. */
function deliver(outcome: Promise<Result>, option: Callbacks = {}): Promise<Result> | undefined {
  if (!option.success && !option.fail && !option.complete) {
    return outcome;
  }
  outcome.then(
    (result) => {
      option.success?.(result);
      option.complete?.(result);
    },
    (failure: Failure) => {
      option.fail?.(failure);
      option.complete?.(failure);
    },
  );
  return undefined;
}
