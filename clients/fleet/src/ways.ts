import type { SimulatedWx } from 'simulated-wx';
import { createYaoshi, type SignedData } from 'yaoshi-miniprogram';
import { sendJson } from './http.js';

/** An account at a server. */
export interface Account {
  id: string;
  /** The nickname of the person in the data that the phone collected. */
  nickname: string;
}

/** The Mini Program on a phone, from its launch on. */
export interface App {
  /** What a tap on the button to register does. Rejects where the person sees an error. */
  tap(): Promise<void>;
  /** The account that the session on the phone belongs to. */
  account(): Promise<Account>;
}

/** A client and a server that log in together. */
export interface Way {
  readonly server: 'tutorial' | 'yaoshi';
  /** Opens the app to look around, and logs in without registering. */
  visit(wx: SimulatedWx, server: string, appId: string): Promise<void>;
  /** Starts the app. */
  launch(wx: SimulatedWx, server: string, appId: string): App;
}

export const WAY_NAMES = ['tutorial', 'one-key', 'server-only', 'with-client'] as const;

export type WayName = (typeof WAY_NAMES)[number];

/** Collects, then sends code and data together. */
const tutorial: Way = {
  server: 'tutorial',
  visit: async (wx, server) => {
    const { code } = await wx.login();
    await sendToTutorial(wx, `${server}/login/`, { code });
  },
  launch: (wx, server) => {
    let token = '';
    return {
      tap: async () => {
        const info = await wx.getUserInfo({ withCredentials: true });
        const { code } = await wx.login();
        token = (await sendToTutorial(wx, `${server}/login/`, { code, ...signedData(info) })).token;
      },
      account: () => tutorialAccount(server, token),
    };
  },
};

/**
 * Logs in first, and keeps the token for as long as `wx.checkSession` confirms the session_key, as WeChat's own page on
 * it shows.
 */
const oneKey: Way = {
  server: 'tutorial',
  visit: async (wx, server) => {
    await oneKeyLogin(wx, server);
  },
  launch: (wx, server) => ({
    tap: async () => {
      const stored: string = wx.getStorageSync('token');
      const isLoggedIn = stored !== '' && (await isKeyValid(wx));
      const token = isLoggedIn ? stored : await oneKeyLogin(wx, server);
      const info = await wx.getUserInfo({ withCredentials: true });
      await sendToTutorial(wx, `${server}/getinfo/`, { token, ...signedData(info) });
    },
    account: () => tutorialAccount(server, wx.getStorageSync('token')),
  }),
};

/** The tutorial's order of calls at Yaoshi's routes. It reads nothing in an error, and sends no `Idempotency-Key`. */
const serverOnly: Way = {
  server: 'yaoshi',
  visit: async (wx, server, appId) => {
    const { code } = await wx.login();
    await sendToYaoshi(wx, `${server}/v1/login`, { app_id: appId, code });
  },
  launch: (wx, server, appId) => {
    let token = '';
    return {
      tap: async () => {
        const { rawData, signature, encryptedData, iv } = await wx.getUserInfo({ withCredentials: true });
        const { code } = await wx.login();
        const login = await sendToYaoshi(wx, `${server}/v1/login`, { app_id: appId, code });
        const data = { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
        token = (await sendToYaoshi(wx, `${server}/v1/register`, data, login.token)).token;
      },
      account: () => yaoshiAccount(server, token),
    };
  },
};

/** The client package, as its README says. */
const withClient: Way = {
  server: 'yaoshi',
  visit: async (wx, baseUrl, appId) => {
    await createYaoshi({ baseUrl, appId, wx }).start();
  },
  launch: (wx, baseUrl, appId) => {
    const yaoshi = createYaoshi({ baseUrl, appId, wx });
    yaoshi.start();
    return {
      tap: async () => {
        await yaoshi.register(() => wx.getUserInfo({}));
      },
      account: () => yaoshiAccount(baseUrl, storedToken(wx)),
    };
  },
};

export const WAYS: Readonly<Record<WayName, Way>> = {
  tutorial,
  'one-key': oneKey,
  'server-only': serverOnly,
  'with-client': withClient,
};

async function oneKeyLogin(wx: SimulatedWx, server: string): Promise<string> {
  // From here on, wx.checkSession is about a session_key that the server may never get.
  wx.removeStorageSync('token');
  const { code } = await wx.login();
  const { token } = await sendToTutorial(wx, `${server}/login/`, { code });
  wx.setStorageSync('token', token);
  return token;
}

function isKeyValid(wx: SimulatedWx): Promise<boolean> {
  return wx.checkSession().then(
    () => true,
    () => false,
  );
}

function signedData({ rawData, signature, encryptedData, iv }: SignedData): SignedData {
  return { rawData, signature, encryptedData, iv };
}

/** The tutorials' servers always answer 200. An error is in the body. */
async function sendToTutorial(wx: SimulatedWx, url: string, data: object): Promise<{ token: string }> {
  const { data: body } = await post(wx, url, data);
  const answer = body as { status: number; msg: string; data: { token: string } };
  if (answer.status !== 0) {
    throw new Error(answer.msg);
  }
  return answer.data;
}

async function sendToYaoshi(
  wx: SimulatedWx,
  url: string,
  data: object,
  token?: string,
): Promise<{ token: string }> {
  const { statusCode, data: body } = await post(wx, url, data, token);
  const answer = body as { token: string; code: string };
  if (statusCode >= 400) {
    throw new Error(answer.code);
  }
  return answer;
}

type Answer = WechatMiniprogram.RequestSuccessCallbackResult;

function post(wx: SimulatedWx, url: string, data: object, token?: string): Promise<Answer> {
  const header = token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return new Promise((success, fail) => {
    wx.request({ url, method: 'POST', data, header, success, fail });
  });
}

/** The token that the client package has stored. */
function storedToken(wx: SimulatedWx): string {
  const [stored] = wx.simulatedStorage.values();
  return (JSON.parse(String(stored)) as { token: string }).token;
}

async function tutorialAccount(server: string, token: string): Promise<Account> {
  const { data } = (await sendJson('POST', `${server}/me/`, { token })) as {
    data: { id: string; name: string };
  };
  return { id: data.id, nickname: data.name };
}

async function yaoshiAccount(server: string, token: string): Promise<Account> {
  return (await sendJson('GET', `${server}/v1/me`, undefined, token)) as Account;
}
