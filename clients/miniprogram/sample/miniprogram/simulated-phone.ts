/** The methods whose answer only WeChat can give. */
export type PhoneSide = Pick<WechatMiniprogram.Wx, 'login' | 'checkSession' | 'getUserInfo' | 'getWeRunData'>;

type Answer = { errMsg: string } & Record<string, unknown>;

interface Reply {
  statusCode: number;
  data: Answer;
}

interface Callbacks {
  success?: (answer: Answer) => void;
  fail?: (failure: { errMsg: string }) => void;
  complete?: (outcome: { errMsg: string }) => void;
}

/** Under which key this phone remembers which of the simulator's users it belongs to. */
const USER = 'simulated-user';

/**
 * The phone's side as Yaoshi's WeChat simulator gives it, for development: `yaoshi dev` knows no code that the
 * real WeChat made. The simulator makes a user for this phone at the first call.
 */
export function simulatedPhone(simulator: string, appId: string): PhoneSide {
  const ask = async (name: keyof PhoneSide): Promise<Answer> => {
    const asUser = (user: string) =>
      post(`${simulator}/sim/wx/${name}`, { app_id: appId, user_id: user }, name);
    const known: string = wx.getStorageSync(USER);
    const reply = known ? await asUser(known) : undefined;
    // A simulator that was started anew knows none of its former users.
    const { data } = reply && reply.statusCode !== 404 ? reply : await asUser(await newUser(simulator, name));
    if (data.errMsg !== `${name}:ok`) {
      throw { errMsg: data.errMsg ?? `${name}:fail ${JSON.stringify(data)}` };
    }
    return data;
  };
  const method = (name: keyof PhoneSide) => (option?: Callbacks) => answered(ask(name), option);
  const side = {
    login: method('login'),
    checkSession: method('checkSession'),
    getUserInfo: method('getUserInfo'),
    getWeRunData: method('getWeRunData'),
  };
  return side as unknown as PhoneSide;
}

async function newUser(simulator: string, asking: string): Promise<string> {
  const { data } = await post(`${simulator}/sim/users`, {}, asking);
  const user = String(data.user_id);
  wx.setStorageSync(USER, user);
  return user;
}

/** `asking` is the method that fails if the simulator is out of reach. */
function post(url: string, data: Record<string, unknown>, asking: string): Promise<Reply> {
  return new Promise((success, fail) => {
    wx.request<Answer>({
      url,
      data,
      method: 'POST',
      success,
      fail: ({ errMsg }) => fail({ errMsg: `${asking}:fail ${errMsg}` }),
    });
  });
}

/** Calls back as WeChat does, or answers a promise where there is nobody to call. */
function answered(outcome: Promise<Answer>, option: Callbacks = {}): Promise<Answer> | undefined {
  if (!option.success && !option.fail && !option.complete) {
    return outcome;
  }
  outcome.then(
    (answer) => {
      option.success?.(answer);
      option.complete?.(answer);
    },
    (failure: { errMsg: string }) => {
      option.fail?.(failure);
      option.complete?.(failure);
    },
  );
  return undefined;
}
