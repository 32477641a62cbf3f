/** What a team fills in. 团队只需要改这一个文件。 */
export interface Config {
  /** The Yaoshi server's address. Yaoshi 服务器地址，正式环境须为 https 并加入“服务器域名”。 */
  baseUrl: string;
  /** The Mini Program's app id, as the server's configuration names it. 小程序的 AppID。 */
  appId: string;
  /**
   * The address of Yaoshi's WeChat simulator, for development: the code, user info and steps then come from
   * it. `null` for the real WeChat. 微信模拟器地址，仅用于开发；使用真实微信时设为 null。
   */
  simulator: string | null;
  /**
   * Takes the chosen avatar's temporary path, puts the picture on the team's own storage and answers its https
   * address. `null`: the picture stays on this phone. 头像上传由团队自己实现；为 null 时头像只保存在本机。
   */
  uploadAvatar: ((temporaryPath: string) => Promise<string>) | null;
}

export const config: Config = {
  baseUrl: 'http://127.0.0.1:8080',
  appId: 'wx0123456789abcdef',
  simulator: 'http://127.0.0.1:8081',
  uploadAvatar: null,
};
