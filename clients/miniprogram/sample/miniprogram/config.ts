/** Adapt only this file. 接入时只需修改本文件。 */
export interface Config {
  /** The Yaoshi server's URL. Yaoshi 服务器地址，正式环境须为 https 并加入“服务器域名”。 */
  baseUrl: string;
  /** The Mini Program's app id, as in the server's configuration. 小程序的 AppID，与服务端配置一致。 */
  appId: string;
  /**
   * The URL of Yaoshi's WeChat simulator, for development: codes, user info, steps and phone numbers then come
   * from it, and payments go to it. `null` for the real WeChat. 微信模拟器地址，仅用于开发；使用真实微信时设为 null。
   */
  simulator: string | null;
  /**
   * Uploads the chosen avatar from its temporary path to your own storage and returns its https URL. `null`: the
   * avatar stays on this phone. 把头像临时文件上传到自己的存储并返回 https 地址；为 null 时头像只保存在本机。
   */
  uploadAvatar: ((temporaryPath: string) => Promise<string>) | null;
  /**
   * The URL of the back end that sells, such as `examples/node`. `null`: nothing is sold.
   * 负责下单的后端地址（例如 examples/node）；为 null 时不显示商店。
   */
  shop: string | null;
}

export const config: Config = {
  baseUrl: 'http://127.0.0.1:8080',
  appId: 'wx0123456789abcdef',
  simulator: 'http://127.0.0.1:8081',
  uploadAvatar: null,
  shop: 'http://127.0.0.1:3000',
};
