import { Account } from './account.js';
import { collectAndSend, collectedBody, signedBody } from './collect.js';
import { phoneOf } from './phone.js';
import { requestWithToken } from './request.js';
import type { Runtime } from './runtime.js';
import { type RequestParts, Server } from './server.js';
import { TokenStore } from './token-store.js';
import type { Collect, CollectedData, PhoneTap, SignedData, User, Yaoshi, YaoshiOptions } from './types.js';
import { originOf } from './url.js';
import { wxStorage } from './wx.js';

/** Accounts by storage, then by app and server. */
const accounts = new WeakMap<object, Map<string, Account>>();

/** How many pages of at most 100 sessions `endOthers` fetches at most. */
const MAX_PAGES = 10;

/** Creates a client with the given clock, random numbers and timers. */
export function createYaoshiWith(runtime: Runtime, options: YaoshiOptions): Yaoshi {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const account = accountFor({ ...options, baseUrl }, runtime);
  const { server } = account;
  const allowedOrigins = [baseUrl, ...(options.origins ?? [])].map(originOf);

  /** Sends a registration, unless the user logged out since `epoch`. */
  const sendRegistration = (parts: RequestParts<'POST /v1/register'>, epoch: number): Promise<User> => {
    const send = async () => {
      account.assertCurrent(epoch);
      const registration = await server.send('POST /v1/register', parts);
      await account.accept(epoch, registration, registration.user);
      return registration.user;
    };
    return account.replaceToken(send());
  };

  const register = async (collect: Collect<SignedData>): Promise<User> => {
    const state = await account.logIn();
    if (state.kind === 'registered') {
      return state.user;
    }
    const { epoch } = account;
    return collectAndSend(account, collect, (data, token) =>
      sendRegistration({ token, body: signedBody(data) }, epoch),
    );
  };

  const registerByPhone = async (tap: PhoneTap): Promise<User> => {
    const { code, idempotencyKey } = await account.phoneButton.codeOf(tap);
    const state = await account.logIn();
    if (state.kind === 'registered') {
      return state.user;
    }
    const { epoch } = account;
    return account.withToken((token) =>
      sendRegistration({ token, body: { phone_code: code }, idempotencyKey }, epoch),
    );
  };

  const openData = async <T extends object>(collect: Collect<CollectedData>): Promise<T> => {
    const { data } = await collectAndSend(account, collect, (data, token) =>
      server.send('POST /v1/open-data', { token, body: collectedBody(data) }),
    );
    return data as T;
  };

  return {
    get state() {
      return account.state;
    },
    on: (_event, listener) => account.subscribe(listener),
    start: () => account.start(),
    login: () => account.logIn(),
    register,
    registerByPhone,
    openData,
    phone: phoneOf(account),
    profile: profileOf(account),
    sessions: sessionsOf(account),
    checkSession: (options) => (options?.atServer ? account.checkKeyAtServer() : account.checkKey()),
    request: requestWithToken(account, allowedOrigins),
    logout: () => account.logOut(),
  };
}

function profileOf(account: Account): Yaoshi['profile'] {
  const { server } = account;
  return {
    get: async () =>
      account.updateUser(await account.withToken((token) => server.send('GET /v1/me', { token }))),
    update: async (body) =>
      account.updateUser(await account.withToken((token) => server.send('POST /v1/me', { token, body }))),
    refresh: async (collect) =>
      account.updateUser(
        await collectAndSend(account, collect, (data, token) =>
          server.send('POST /v1/me/profile', { token, body: collectedBody(data) }),
        ),
      ),
  };
}

function sessionsOf(account: Account): Yaoshi['sessions'] {
  const { server } = account;
  const list = async () =>
    (await account.withToken((token) => server.send('GET /v1/sessions', { token }))).sessions;
  const endElsewhere = (id: string) =>
    account
      .withToken((token) => server.send('DELETE /v1/sessions/{id}', { token, id }))
      .catch((error) => {
        if (error.code !== 'no_such_session') {
          throw error;
        }
      });
  return {
    list,
    end: async (id) => {
      const { sessionId } = await account.ensureGrant();
      await (sessionId === id ? account.logOut() : endElsewhere(id));
    },
    endOthers: async () => {
      for (let page = 0; page < MAX_PAGES; page++) {
        const others = (await list()).filter(({ current }) => !current);
        if (others.length === 0) {
          return;
        }
        for (const { id } of others) {
          await endElsewhere(id);
        }
      }
    },
    endAll: async () => {
      await account.withToken((token) => server.send('DELETE /v1/sessions', { token }));
      await account.signOutLocally();
    },
  };
}

function accountFor(options: YaoshiOptions, runtime: Runtime) {
  const { storage, appId, baseUrl } = options;
  const platform = options.wx ?? wx;
  const owner = storage ?? platform;
  const key = `yaoshi:${appId}:${baseUrl}`;
  const known = accounts.get(owner) ?? new Map<string, Account>();
  accounts.set(owner, known);
  const account =
    known.get(key) ??
    new Account(
      new Server(platform, baseUrl, appId, runtime),
      new TokenStore(storage ?? wxStorage(platform), key),
    );
  known.set(key, account);
  return account;
}
