import type { Wx } from 'yaoshi-miniprogram';
import { config } from './config';
import type { PhoneSide } from './simulated-phone';
import { simulatedPhone } from './simulated-phone';

/** Who answers what only WeChat can answer: WeChat, or in development the simulator. */
const side: PhoneSide = config.simulator === null ? wx : simulatedPhone(config.simulator, config.appId);

/** The phone as the client takes it. */
export const phone: Wx = {
  login: (option) => side.login(option),
  checkSession: (option) => side.checkSession(option),
  request: (option) => wx.request(option),
  getRandomValues: (option) => wx.getRandomValues(option),
  getStorage: (option) => wx.getStorage(option),
  setStorage: (option) => wx.setStorage(option),
  removeStorage: (option) => wx.removeStorage(option),
};

/** User info signed under the present session_key. WeChat has told an anonymous name in it since 2022. */
export const collectUserInfo = () => side.getUserInfo({ withCredentials: true });

/** The steps of the last 31 days, encrypted. WeChat asks the user the first time. */
export const collectSteps = () => side.getWeRunData();
