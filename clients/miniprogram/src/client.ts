import { Account } from './account.js';
import { origin } from './address.js';
import { collectedBody, sendCollected, signedBody } from './collecting.js';
import type { Collect, CollectedData, SignedData, User, Yaoshi, YaoshiOptions } from './face.js';
import { Keeping } from './keeping.js';
import { phoneStorage } from './phone.js';
import { requestOf } from './requesting.js';
import { Server } from './server.js';
import type { Surroundings } from './surroundings.js';

/** Accounts by what keeps their tokens, then by app and server. */
const accounts = new WeakMap<object, Map<string, Account>>();

/** How often `endOthers` asks for another hundred sessions at most. */
const MOST_LISTS = 10;

/** Makes a client that takes time and chance from its caller. */
export function createYaoshiIn(surroundings: Surroundings, options: YaoshiOptions): Yaoshi {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const account = accountOf({ ...options, baseUrl }, surroundings);
  const { server } = account;
  const known = [baseUrl, ...(options.origins ?? [])].map(origin);

  const register = async (collect: Collect<SignedData>): Promise<User> => {
    const state = await account.logIn();
    if (state.kind === 'registered') {
      return state.user;
    }
    const moment = account.moment();
    const send = async (data: SignedData, token: string) => {
      account.assertWanted(moment);
      const answer = await server.send('POST /v1/register', { token, body: signedBody(data) });
      await account.accept(moment, answer, answer.user);
      return answer.user;
    };
    return sendCollected(account, collect, (data, token) => account.replacing(send(data, token)));
  };

  const openData = async <T extends object>(collect: Collect<CollectedData>): Promise<T> => {
    const { data } = await sendCollected(account, collect, (data, token) =>
      server.send('POST /v1/open-data', { token, body: collectedBody(data) }),
    );
    return data as T;
  };

  return {
    get state() {
      return account.state;
    },
    on: (_event, listener) => account.on(listener),
    start: () => account.start(),
    login: () => account.logIn(),
    register,
    openData,
    profile: profileOf(account),
    sessions: sessionsOf(account),
    checkSession: () => account.checkKey(),
    request: requestOf(account, known),
    logout: () => account.logOut(),
  };
}

function profileOf(account: Account): Yaoshi['profile'] {
  const { server } = account;
  return {
    get: async () => account.learn(await account.withToken((token) => server.send('GET /v1/me', { token }))),
    update: async (body) =>
      account.learn(await account.withToken((token) => server.send('POST /v1/me', { token, body }))),
    refresh: async (collect) =>
      account.learn(
        await sendCollected(account, collect, (data, token) =>
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
      await ((await account.hold()).sessionId === id ? account.logOut() : endElsewhere(id));
    },
    endOthers: async () => {
      for (let lists = 0; lists < MOST_LISTS; lists++) {
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
      await account.forget();
    },
  };
}

function accountOf(options: YaoshiOptions, surroundings: Surroundings) {
  const { storage, appId, baseUrl } = options;
  const phone = options.wx ?? wx;
  const keeper = storage ?? phone;
  const name = `yaoshi:${appId}:${baseUrl}`;
  const kept = accounts.get(keeper) ?? new Map<string, Account>();
  accounts.set(keeper, kept);
  const account =
    kept.get(name) ??
    new Account(
      new Server(phone, baseUrl, appId, surroundings),
      new Keeping(storage ?? phoneStorage(phone), name),
    );
  kept.set(name, account);
  return account;
}
