import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import { brokenStorage, cutOff, fail, failure, gate, happensBefore, meddle, Phone, World } from './world.mjs';

describe('the token', () => {
  const world = new World();

  test('is kept in the storage of wx and survives a restart', async () => {
    const before = await world.user();
    const { token } = before;
    const phone = before.restarted();
    const state = await phone.yaoshi.start();
    assert.ok(state.kind === 'registered' && state.user.nickname === '阿明 🌱');
    assert.deepEqual(phone.calls.sort(), ['GET /v1/me', 'checkSession']);
    assert.equal(phone.token, token);
    assert.equal(phone.seen[0]?.what, 'getStorage');
  });

  test('survives before anybody registers, too', async () => {
    const before = await world.stranger();
    await before.yaoshi.login();
    const phone = before.restarted();
    assert.equal((await phone.yaoshi.start()).kind, 'unregistered');
    assert.equal(phone.count('login'), 0);
  });

  test('is kept in the storage that the app names', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    };
    const before = await world.user({ storage });
    assert.equal(before.wx.simulatedStorage.size, 0);
    assert.equal(kept.size, 1);
    const phone = new Phone(world.server, before.userId, { storage: { ...storage } });
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 0);
  });

  test('of one server is not given to another', async () => {
    const phone = await world.user();
    const other = phone.page({ baseUrl: world.server.baseUrl.replace('127.0.0.1', 'localhost') });
    await other.login();
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.wx.simulatedStorage.size, 2);
  });

  for (const spoilt of ['', 'nonsense', '{}', 'null', '{"token":5}', { token: 'not a string' }]) {
    test(`that is spoilt is no token: ${JSON.stringify(spoilt)}`, async () => {
      const before = await world.user();
      for (const key of before.wx.simulatedStorage.keys()) {
        before.wx.simulatedStorage.set(key, spoilt);
      }
      const phone = before.restarted();
      assert.equal((await phone.yaoshi.start()).kind, 'registered');
      assert.equal(phone.count('login'), 1);
    });
  }
});

describe('a storage that fails', () => {
  const world = new World();

  for (const how of ['throws', 'rejects'] as const) {
    test(`(it ${how}) ends in a login that lasts until the app ends`, async () => {
      const phone = await world.user({ storage: brokenStorage(how) });
      assert.equal(phone.yaoshi.state.kind, 'registered');
      await phone.yaoshi.profile.get();
      await phone.yaoshi.start();
      assert.equal(phone.count('login'), 0);
      await phone.yaoshi.logout();
      assert.equal(phone.yaoshi.state.kind, 'signed_out');
      assert.equal((await phone.yaoshi.start()).kind, 'signed_out');
    });
  }

  test('of wx is no different', async () => {
    const phone = await world.stranger();
    for (const what of ['getStorage', 'setStorage', 'removeStorage']) {
      meddle(phone, what, () => fail(`${what}:fail quota exceeded`), 100);
    }
    await phone.register();
    await phone.yaoshi.profile.get();
    assert.equal(phone.wx.simulatedStorage.size, 0);
  });

  test('that cannot replace a token leaves no old one behind', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    meddle(phone, 'setStorage', () => fail('setStorage:fail quota exceeded'), 1);
    await phone.register();
    assert.equal(phone.token, undefined);
  });
});

describe('a session that the server ended', () => {
  const world = new World();

  test('is noticed at the start', async () => {
    const before = await world.user();
    const { token = '' } = before;
    await before.ask(token, 'DELETE /v1/session');
    const phone = before.restarted();
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 1);
    assert.notEqual(phone.token, token);
    assert.deepEqual(
      phone.states.map(({ kind }) => kind),
      ['starting', 'logging_in', 'registered'],
    );
  });

  test('is noticed when the app returns to the foreground', async () => {
    const phone = await world.user();
    await phone.ask(phone.token ?? '', 'DELETE /v1/session');
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 1);
  });

  test('because a clock jumped by half a year is noticed as well', async () => {
    const before = await world.user();
    await world.wechat.advance(200 * 86_400);
    const phone = before.restarted();
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 1);
    assert.equal(
      (await phone.yaoshi.openData<{ stepInfoList: [] }>(phone.collectSteps)).stepInfoList.length > 0,
      true,
    );
  });

  test('is noticed by whoever asks first', async () => {
    const phone = await world.user();
    await phone.ask(phone.token ?? '', 'DELETE /v1/session');
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
    assert.equal(phone.count('login'), 1);
  });
});

describe('two pages at start-up', () => {
  const world = new World();

  test('share one login', async () => {
    const phone = await world.stranger();
    const pages = [phone.yaoshi, phone.page(), phone.page()];
    const states = await Promise.all(pages.map((page) => page.start()));
    assert.deepEqual(new Set(states.map(({ kind }) => kind)), new Set(['unregistered']));
    assert.equal(phone.count('login'), 1);
    assert.equal(await world.exchanges(), 1);
  });

  test('share one look at a stored token', async () => {
    const phone = (await world.user()).restarted();
    await Promise.all([phone.yaoshi.start(), phone.page().start(), phone.page().login()]);
    assert.equal(phone.count('GET /v1/me'), 1);
    assert.equal(phone.count('checkSession'), 1);
    assert.equal(phone.count('login'), 0);
  });

  test('share one login where the token is dead', async () => {
    const before = await world.user();
    await before.ask(before.token ?? '', 'DELETE /v1/session');
    await before.rotate();
    const phone = before.restarted();
    await Promise.all([phone.yaoshi.start(), phone.page().profile.get(), phone.page().login()]);
    assert.equal(phone.count('login'), 1);
  });

  test('share it by a storage of their own as well', async () => {
    const storage = brokenStorage('throws');
    const phone = await world.stranger({ storage });
    const other = new Phone(world.server, phone.userId, { storage });
    await Promise.all([phone.yaoshi.start(), other.yaoshi.start()]);
    assert.equal(phone.count('login') + other.count('login'), 1);
  });

  test('show the same state', async () => {
    const phone = await world.stranger();
    const other = phone.page();
    await phone.register();
    assert.deepEqual(other.state, phone.yaoshi.state);
  });
});

describe('states', () => {
  const world = new World();

  test('are told one after the other', async () => {
    const phone = await world.stranger();
    assert.equal(phone.yaoshi.state.kind, 'starting');
    await phone.yaoshi.start();
    const user = await phone.register();
    await phone.yaoshi.logout();
    assert.deepEqual(
      phone.states.map(({ kind }) => kind),
      ['logging_in', 'unregistered', 'registered', 'signed_out'],
    );
    const registered = phone.states[2];
    assert.ok(registered?.kind === 'registered');
    assert.deepEqual(registered.user, user);
    assert.match(registered.sessionId, /^[0-9a-f-]{36}$/);
  });

  test('are told until somebody does not listen any more', async () => {
    const phone = await world.stranger();
    const heard: string[] = [];
    const stop = phone.yaoshi.on('state', ({ kind }) => heard.push(kind));
    await phone.yaoshi.login();
    stop();
    await phone.register();
    assert.deepEqual(heard, ['logging_in', 'unregistered']);
  });

  test('reach everybody, even if one who listens throws', async () => {
    const phone = await world.stranger();
    const mistake = new Error('a mistake of the app');
    const written = mock.method(console, 'error', () => undefined);
    const heard: string[] = [];
    const stop = phone.yaoshi.on('state', () => {
      stop();
      throw mistake;
    });
    phone.yaoshi.on('state', ({ kind }) => heard.push(kind));
    await phone.yaoshi.login();
    assert.deepEqual(heard, ['logging_in', 'unregistered']);
    assert.deepEqual(written.mock.calls[0]?.arguments, [mistake]);
    written.mock.restore();
  });

  test('that a listener has put an end to are not told to those after it', async () => {
    const phone = await world.stranger();
    let leaving: Promise<void> | undefined;
    phone.yaoshi.on('state', ({ kind }) => {
      if (kind === 'unregistered') {
        leaving = phone.yaoshi.logout();
      }
    });
    const heard: string[] = [];
    phone.yaoshi.on('state', ({ kind }) => heard.push(kind));
    await phone.yaoshi.login().catch(() => undefined);
    await leaving;
    assert.deepEqual(heard, ['logging_in', 'signed_out']);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });

  test('without a network: failed, and with one again: logged in', async () => {
    const phone = await world.stranger();
    const connect = cutOff(phone);
    const state = await phone.yaoshi.start();
    assert.ok(state.kind === 'failed');
    assert.equal(state.error.code, 'network');
    assert.equal(state.error.recover, 'retry');
    connect();
    assert.equal((await phone.yaoshi.start()).kind, 'unregistered');
  });

  test('without a network and with a stored token: failed, and the token is kept', async () => {
    const before = await world.user();
    const { token } = before;
    const phone = before.restarted();
    const connect = cutOff(phone);
    assert.equal((await phone.yaoshi.start()).kind, 'failed');
    assert.equal(phone.token, token);
    connect();
    assert.equal((await phone.yaoshi.login()).kind, 'registered');
    assert.equal(phone.count('login'), 0);
  });

  test('without a network back in the foreground: who was logged in stays so', async () => {
    const phone = await world.user();
    const connect = cutOff(phone);
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    connect();
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
  });

  test('on a slow network: logging_in, then a time-out that can be shown', async () => {
    const phone = await world.stranger();
    const { reached, hold, open } = gate();
    happensBefore(phone, 'POST /v1/login', hold);
    const starting = phone.yaoshi.start();
    await reached;
    assert.equal(phone.yaoshi.state.kind, 'logging_in');
    open();
    assert.equal((await starting).kind, 'unregistered');
    for (const what of ['login', 'POST /v1/login']) {
      const { timeout } = phone.requests(what)[0] as { timeout: number };
      assert.ok(timeout > 0 && timeout <= 15_000, `${what} waits ${timeout} ms`);
    }

    const slower = await world.stranger();
    meddle(slower, 'POST /v1/login', () => fail('request:fail timeout'), 100);
    const state = await slower.yaoshi.start();
    assert.ok(state.kind === 'failed' && state.error.code === 'network');
  });

  test('when the app cannot be helped: failed, with the reason', async () => {
    const phone = await world.stranger();
    await world.errcode(40164);
    const state = await phone.yaoshi.start();
    assert.ok(state.kind === 'failed');
    assert.equal(state.error.recover, 'operator');
    assert.equal((await failure(phone.yaoshi.login())).code, 'wechat_refused_address');
  });
});
