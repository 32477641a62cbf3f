import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';
import {
  beforeCall,
  brokenStorage,
  disconnect,
  Fixture,
  fail,
  failure,
  gate,
  interceptCall,
  Phone,
} from './fixture.mjs';

describe('the token', () => {
  const fixture = new Fixture();

  test('is stored by wx and survives a restart', async () => {
    const before = await fixture.registeredPhone();
    const { token } = before;
    const phone = before.restart();
    const state = await phone.yaoshi.start();
    assert.ok(state.kind === 'registered' && state.user.nickname === '阿明 🌱');
    assert.deepEqual(phone.calls.sort(), ['GET /v1/me', 'checkSession']);
    assert.equal(phone.token, token);
    assert.equal(phone.recorded[0]?.name, 'getStorage');
  });

  test('survives a restart before the registration, too', async () => {
    const before = await fixture.newPhone();
    await before.yaoshi.login();
    const phone = before.restart();
    assert.equal((await phone.yaoshi.start()).kind, 'unregistered');
    assert.equal(phone.count('login'), 0);
  });

  test('is stored in the storage that the app passes', async () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    };
    const before = await fixture.registeredPhone({ storage });
    assert.equal(before.wx.simulatedStorage.size, 0);
    assert.equal(kept.size, 1);
    const phone = new Phone(fixture.server, before.userId, { storage: { ...storage } });
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 0);
  });

  test('of one server is not sent to another', async () => {
    const phone = await fixture.registeredPhone();
    const other = phone.page({ baseUrl: fixture.server.baseUrl.replace('127.0.0.1', 'localhost') });
    await other.login();
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.wx.simulatedStorage.size, 2);
  });

  for (const corrupt of ['', 'nonsense', '{}', 'null', '{"token":5}', { token: 'not a string' }]) {
    test(`is ignored if the stored value is corrupt: ${JSON.stringify(corrupt)}`, async () => {
      const before = await fixture.registeredPhone();
      for (const key of before.wx.simulatedStorage.keys()) {
        before.wx.simulatedStorage.set(key, corrupt);
      }
      const phone = before.restart();
      assert.equal((await phone.yaoshi.start()).kind, 'registered');
      assert.equal(phone.count('login'), 1);
    });
  }
});

describe('a storage that fails', () => {
  const fixture = new Fixture();

  for (const how of ['throws', 'rejects'] as const) {
    test(`(it ${how}) keeps the login in memory`, async () => {
      const phone = await fixture.registeredPhone({ storage: brokenStorage(how) });
      assert.equal(phone.yaoshi.state.kind, 'registered');
      await phone.yaoshi.profile.get();
      await phone.yaoshi.start();
      assert.equal(phone.count('login'), 0);
      await phone.yaoshi.logout();
      assert.equal(phone.yaoshi.state.kind, 'signed_out');
      assert.equal((await phone.yaoshi.start()).kind, 'signed_out');
    });
  }

  test('is tolerated in wx as well', async () => {
    const phone = await fixture.newPhone();
    for (const name of ['getStorage', 'setStorage', 'removeStorage']) {
      interceptCall(phone, name, () => fail(`${name}:fail quota exceeded`), 100);
    }
    await phone.register();
    await phone.yaoshi.profile.get();
    assert.equal(phone.wx.simulatedStorage.size, 0);
  });

  test('to replace a token deletes the old one', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    interceptCall(phone, 'setStorage', () => fail('setStorage:fail quota exceeded'), 1);
    await phone.register();
    assert.equal(phone.token, undefined);
  });
});

describe('a session that the server ended', () => {
  const fixture = new Fixture();

  test('is detected at the start', async () => {
    const before = await fixture.registeredPhone();
    const { token = '' } = before;
    await before.statusOf(token, 'DELETE /v1/session');
    const phone = before.restart();
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 1);
    assert.notEqual(phone.token, token);
    assert.deepEqual(
      phone.states.map(({ kind }) => kind),
      ['starting', 'logging_in', 'registered'],
    );
  });

  test('is detected when the app returns to the foreground', async () => {
    const phone = await fixture.registeredPhone();
    await phone.statusOf(phone.token ?? '', 'DELETE /v1/session');
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 1);
  });

  test('by expiry is detected as well', async () => {
    const before = await fixture.registeredPhone();
    await fixture.wechat.advance(200 * 86_400);
    const phone = before.restart();
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    assert.equal(phone.count('login'), 1);
    assert.equal(
      (await phone.yaoshi.openData<{ stepInfoList: [] }>(phone.collectSteps)).stepInfoList.length > 0,
      true,
    );
  });

  test('is detected by the first request', async () => {
    const phone = await fixture.registeredPhone();
    await phone.statusOf(phone.token ?? '', 'DELETE /v1/session');
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
    assert.equal(phone.count('login'), 1);
  });
});

describe('two pages at start-up', () => {
  const fixture = new Fixture();

  test('share one login', async () => {
    const phone = await fixture.newPhone();
    const pages = [phone.yaoshi, phone.page(), phone.page()];
    const states = await Promise.all(pages.map((page) => page.start()));
    assert.deepEqual(new Set(states.map(({ kind }) => kind)), new Set(['unregistered']));
    assert.equal(phone.count('login'), 1);
    assert.equal(await fixture.exchanges(), 1);
  });

  test('share one confirmation of the stored token', async () => {
    const phone = (await fixture.registeredPhone()).restart();
    await Promise.all([phone.yaoshi.start(), phone.page().start(), phone.page().login()]);
    assert.equal(phone.count('GET /v1/me'), 1);
    assert.equal(phone.count('checkSession'), 1);
    assert.equal(phone.count('login'), 0);
  });

  test('share one login if the token is refused', async () => {
    const before = await fixture.registeredPhone();
    await before.statusOf(before.token ?? '', 'DELETE /v1/session');
    await before.rotate();
    const phone = before.restart();
    await Promise.all([phone.yaoshi.start(), phone.page().profile.get(), phone.page().login()]);
    assert.equal(phone.count('login'), 1);
  });

  test('share one login over a custom storage', async () => {
    const storage = brokenStorage('throws');
    const phone = await fixture.newPhone({ storage });
    const other = new Phone(fixture.server, phone.userId, { storage });
    await Promise.all([phone.yaoshi.start(), other.yaoshi.start()]);
    assert.equal(phone.count('login') + other.count('login'), 1);
  });

  test('have the same state', async () => {
    const phone = await fixture.newPhone();
    const other = phone.page();
    await phone.register();
    assert.deepEqual(other.state, phone.yaoshi.state);
  });
});

describe('states', () => {
  const fixture = new Fixture();

  test('are reported in order', async () => {
    const phone = await fixture.newPhone();
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

  test('are not reported after unsubscribing', async () => {
    const phone = await fixture.newPhone();
    const kinds: string[] = [];
    const stop = phone.yaoshi.on('state', ({ kind }) => kinds.push(kind));
    await phone.yaoshi.login();
    stop();
    await phone.register();
    assert.deepEqual(kinds, ['logging_in', 'unregistered']);
  });

  test('reach all listeners even if one throws', async () => {
    const phone = await fixture.newPhone();
    const bug = new Error('a bug in the app');
    const logged = mock.method(console, 'error', () => undefined);
    const kinds: string[] = [];
    const stop = phone.yaoshi.on('state', () => {
      stop();
      throw bug;
    });
    phone.yaoshi.on('state', ({ kind }) => kinds.push(kind));
    await phone.yaoshi.login();
    assert.deepEqual(kinds, ['logging_in', 'unregistered']);
    assert.deepEqual(logged.mock.calls[0]?.arguments, [bug]);
    logged.mock.restore();
  });

  test('that a listener replaces are not reported to later listeners', async () => {
    const phone = await fixture.newPhone();
    let leaving: Promise<void> | undefined;
    phone.yaoshi.on('state', ({ kind }) => {
      if (kind === 'unregistered') {
        leaving = phone.yaoshi.logout();
      }
    });
    const kinds: string[] = [];
    phone.yaoshi.on('state', ({ kind }) => kinds.push(kind));
    await phone.yaoshi.login().catch(() => undefined);
    await leaving;
    assert.deepEqual(kinds, ['logging_in', 'signed_out']);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });

  test('without a network: failed, then logged in once it is back', async () => {
    const phone = await fixture.newPhone();
    const connect = disconnect(phone);
    const state = await phone.yaoshi.start();
    assert.ok(state.kind === 'failed');
    assert.equal(state.error.code, 'network');
    assert.equal(state.error.recover, 'retry');
    connect();
    assert.equal((await phone.yaoshi.start()).kind, 'unregistered');
  });

  test('without a network but with a stored token: failed, and the token stays', async () => {
    const before = await fixture.registeredPhone();
    const { token } = before;
    const phone = before.restart();
    const connect = disconnect(phone);
    assert.equal((await phone.yaoshi.start()).kind, 'failed');
    assert.equal(phone.token, token);
    connect();
    assert.equal((await phone.yaoshi.login()).kind, 'registered');
    assert.equal(phone.count('login'), 0);
  });

  test('without a network on return to the foreground: the user stays logged in', async () => {
    const phone = await fixture.registeredPhone();
    const connect = disconnect(phone);
    assert.equal((await phone.yaoshi.start()).kind, 'registered');
    connect();
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
  });

  test('on a slow network: logging_in, and failed after a timeout', async () => {
    const phone = await fixture.newPhone();
    const { reached, hold, open } = gate();
    beforeCall(phone, 'POST /v1/login', hold);
    const starting = phone.yaoshi.start();
    await reached;
    assert.equal(phone.yaoshi.state.kind, 'logging_in');
    open();
    assert.equal((await starting).kind, 'unregistered');
    for (const name of ['login', 'POST /v1/login']) {
      const { timeout } = phone.optionsOf(name)[0] as { timeout: number };
      assert.ok(timeout > 0 && timeout <= 15_000, `${name} waits ${timeout} ms`);
    }

    const slower = await fixture.newPhone();
    interceptCall(slower, 'POST /v1/login', () => fail('request:fail timeout'), 100);
    const state = await slower.yaoshi.start();
    assert.ok(state.kind === 'failed' && state.error.code === 'network');
  });

  test('after an error that only the operator can fix: failed', async () => {
    const phone = await fixture.newPhone();
    await fixture.errcode(40164);
    const state = await phone.yaoshi.start();
    assert.ok(state.kind === 'failed');
    assert.equal(state.error.recover, 'operator');
    assert.equal((await failure(phone.yaoshi.login())).code, 'wechat_refused_address');
  });
});
