import type { Wx } from 'yaoshi-miniprogram';
import { config } from './config';
import type { WeChatApi } from './simulated-phone';
import { simulatedPhone } from './simulated-phone';

/** The methods that only WeChat can implement: the real ones, or the simulator's in development. */
const wechat: WeChatApi = config.simulator === null ? wx : simulatedPhone(config.simulator, config.appId);

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
