import type { PhoneDetail, Wx } from 'yaoshi-miniprogram';
import { config } from './config';
import type { WeChatApi } from './simulated-phone';
import { simulatedPhone } from './simulated-phone';

const simulated = config.simulator === null ? null : simulatedPhone(config.simulator, config.appId);

/** The methods that only WeChat can implement: the real ones, or the simulator's in development. */
const wechat: WeChatApi = simulated?.api ?? wx;

/** The `wx` that the client uses. */
export const phone: Wx = {
  login: (option) => wechat.login(option),
  checkSession: (option) => wechat.checkSession(option),
  request: (option) => wx.request(option),
  getRandomValues: (option) => wx.getRandomValues(option),
  getStorage: (option) => wx.getStorage(option),
  setStorage: (option) => wx.setStorage(option),
  removeStorage: (option) => wx.removeStorage(option),
};

/** User info, signed with the current session_key. Since 2022 the name in it is anonymous. */
export const collectUserInfo = () => wechat.getUserInfo({ withCredentials: true });

/** The steps of the last 31 days, encrypted. WeChat asks the user the first time. */
export const collectSteps = () => wechat.getWeRunData();

/** The `open-type` of the phone button. In development the button has none, and the page calls `simulatedTap`. */
export const phoneButtonType = simulated ? '' : 'getPhoneNumber';

/** What a tap on the phone button gives, from the simulator; `null` where the button is WeChat's. */
export const simulatedTap: (() => Promise<PhoneDetail>) | null = simulated?.tapPhoneButton ?? null;

/** The argument of `wx.requestVirtualPayment`, from the back end. */
export interface Order {
  mode: 'short_series_goods' | 'short_series_coin';
  /** The text that was signed, as the back end sent it. */
  signData: string;
  signature: string;
  paySig: string;
}

/** Lets the user pay an order. Rejects with WeChat's `errCode`. */
export function pay(order: Order): Promise<unknown> {
  return new Promise((success, fail) => {
    // The declared type of signData is an object, but WeChat takes a text.
    const option = { ...order, success, fail } as unknown as WechatMiniprogram.RequestVirtualPaymentOption;
    wechat.requestVirtualPayment(option);
  });
}
