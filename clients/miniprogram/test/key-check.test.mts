import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  afterCall,
  beforeCall,
  disconnect,
  Fixture,
  fail,
  failure,
  gate,
  interceptCall,
} from './fixture.mjs';

const CHECK = 'checkSession';
const EXPIRED = () => fail('checkSession:fail session_key expired');

describe('wx.checkSession is called', () => {
  const fixture = new Fixture();

  test('once when the app starts', async () => {
    const phone = (await fixture.registeredPhone()).restart();
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 1);
    assert.equal(phone.count('login'), 0);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('when the app returns to the foreground', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time += 60_000;
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 1);
    phone.runtime.time += 60_000;
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 2);
  });

  test('before data is collected', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time += 60_000;
    const { reached, hold, open } = gate();
    beforeCall(phone, CHECK, hold);
    const collecting = phone.yaoshi.openData(phone.collectSteps);
    await reached;
    assert.equal(phone.count('getWeRunData'), 0);
    open();
    await collecting;
    assert.deepEqual(phone.calls, [CHECK, 'getWeRunData', 'POST /v1/open-data']);
  });

  test('once for a start and collections soon after, and again for a later collection', async () => {
    const phone = (await fixture.registeredPhone()).restart();
    await phone.yaoshi.start();
    await phone.yaoshi.openData(phone.collectSteps);
    await phone.yaoshi.profile.refresh(phone.collect);
    assert.equal(phone.count(CHECK), 1);
    phone.runtime.time += 10_001;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 2);
  });

  test('once for concurrent collections', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time += 60_000;
    const collecting = Array.from({ length: 10 }, () => phone.yaoshi.openData(phone.collectSteps));
    await Promise.all([...collecting, phone.yaoshi.start(), phone.yaoshi.checkSession()]);
    assert.equal(phone.count(CHECK), 1);
  });

  test('not by requests, logins, session lists and profile changes', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time += 60_000;
    await phone.yaoshi.login();
    await phone.yaoshi.request({ url: '/v1/session' });
    await phone.yaoshi.profile.get();
    await phone.yaoshi.profile.update({ city: '杭州' });
    await phone.yaoshi.sessions.list();
    assert.equal(phone.count(CHECK), 0);
  });

  test('again after the clock is set back', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time -= 86_400_000;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 1);
  });
});

describe('a failed check', () => {
  const fixture = new Fixture();

  test('at the start leads to a login and is not repeated', async () => {
    const before = await fixture.registeredPhone();
    await before.rotate();
    const phone = before.restart();
    const state = await phone.yaoshi.start();
    assert.equal(state.kind, 'registered');
    assert.equal(phone.count(CHECK), 1);
    assert.equal(phone.count('login'), 1);
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 1, 'the login has just renewed the key');
  });

  test('before data is collected leads to a login first', async () => {
    const phone = await fixture.registeredPhone();
    await phone.rotate();
    phone.runtime.time += 60_000;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.deepEqual(phone.calls, [
      CHECK,
      'login',
      'getRandomValues',
      'POST /v1/login',
      'DELETE /v1/session',
      'getWeRunData',
      'POST /v1/open-data',
    ]);
  });

  test('never loops', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time += 60_000;
    interceptCall(phone, CHECK, EXPIRED, 100);
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 1);
    assert.equal(phone.count('login'), 1);
    phone.runtime.time += 60_000;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 2);
    assert.equal(phone.count('login'), 2);
  });

  test('ends the old session and keeps the new one', async () => {
    const phone = await fixture.registeredPhone();
    const old = phone.token ?? '';
    await phone.rotate();
    const { reached, hold, open } = gate();
    afterCall(phone, 'DELETE /v1/session', hold);
    assert.equal(await phone.yaoshi.checkSession(), false);
    assert.notEqual(phone.token, old);
    await reached;
    open();
    assert.equal((await phone.yaoshi.sessions.list()).length, 1);
    assert.equal(phone.count('DELETE /v1/session'), 1);
  });

  test('rejects if the login fails too, and the next call checks again', async () => {
    const phone = await fixture.registeredPhone();
    phone.runtime.time += 60_000;
    interceptCall(phone, CHECK, EXPIRED, 1);
    const connect = disconnect(phone);
    assert.equal((await failure(phone.yaoshi.openData(phone.collectSteps))).code, 'network');
    connect();
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 2);
  });

  test('does not log in a user who has logged out', async () => {
    const phone = await fixture.registeredPhone();
    await phone.yaoshi.logout();
    await phone.rotate();
    assert.equal(await phone.yaoshi.checkSession(), false);
    assert.equal(phone.count('login'), 0);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });
});

describe('a check at the server', () => {
  const fixture = new Fixture();
  const AT_SERVER = 'POST /v1/session/check';

  test('asks WeChat about the key that the server holds, not about the one of the phone', async () => {
    const phone = await fixture.registeredPhone();
    assert.equal(await phone.yaoshi.checkSession({ atServer: true }), true);
    assert.deepEqual(phone.calls, [AT_SERVER]);
    assert.equal((await fixture.wechat.calls('/wxa/checksession')).total, 1);
  });

  test('logs in first if there is no session', async () => {
    const phone = await fixture.newPhone();
    assert.equal(await phone.yaoshi.checkSession({ atServer: true }), true);
    assert.deepEqual(phone.calls, ['login', 'getRandomValues', 'POST /v1/login', AT_SERVER]);
  });

  test('leads to a login if the key is stale', async () => {
    const phone = await fixture.registeredPhone();
    const old = phone.token;
    await phone.rotate();
    assert.equal(await phone.yaoshi.checkSession({ atServer: true }), false);
    assert.deepEqual(phone.calls.slice(0, 4), [AT_SERVER, 'login', 'getRandomValues', 'POST /v1/login']);
    assert.notEqual(phone.token, old);
    assert.equal(await phone.yaoshi.checkSession({ atServer: true }), true);
    assert.equal(phone.count('login'), 1);
  });

  test('tells a stale key even where the phone has the newest one', async () => {
    const phone = await fixture.registeredPhone();
    await phone.rotate();
    // Another program takes the code, and with it the key.
    await phone.wx.login();
    assert.equal(await phone.yaoshi.checkSession(), true);
    assert.equal(await phone.yaoshi.checkSession({ atServer: true }), false);
    assert.equal(await phone.yaoshi.checkSession({ atServer: true }), true);
  });

  test('shares the login with other calls', async () => {
    const phone = await fixture.registeredPhone();
    await phone.rotate();
    const checks = Array.from({ length: 3 }, () => phone.yaoshi.checkSession({ atServer: true }));
    assert.ok((await Promise.all(checks)).includes(false));
    assert.equal(phone.count('login'), 1);
  });

  test('does not log in twice if the login fails', async () => {
    const phone = await fixture.registeredPhone();
    await phone.rotate();
    interceptCall(phone, 'login', () => fail('login:fail'), 2);
    assert.equal((await failure(phone.yaoshi.checkSession({ atServer: true }))).code, 'wx_login_failed');
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.count(AT_SERVER), 1);
  });

  test('rejects if the server cannot ask WeChat, and the key counts as neither valid nor stale', async () => {
    const phone = await fixture.registeredPhone();
    await fixture.wechat.setFaults([{ endpoint: '/wxa/checksession', kind: 'errcode', errcode: -1 }]);
    const error = await failure(phone.yaoshi.checkSession({ atServer: true }));
    assert.equal(error.recover, 'retry');
    assert.equal(phone.count('login'), 0);
  });

  test('does not log in a user who has logged out', async () => {
    const phone = await fixture.registeredPhone();
    await phone.yaoshi.logout();
    assert.equal((await failure(phone.yaoshi.checkSession({ atServer: true }))).code, 'signed_out');
    assert.equal(phone.count('login'), 0);
  });
});

describe('a check that could not be made', () => {
  const fixture = new Fixture();

  for (const errMsg of [
    'checkSession:fail request:fail net::ERR_NAME_NOT_RESOLVED',
    'checkSession:fail timeout',
    'checkSession:fail 网络错误',
  ]) {
    test(`counts as a valid key: ${errMsg}`, async () => {
      const phone = await fixture.registeredPhone();
      phone.runtime.time += 60_000;
      interceptCall(phone, CHECK, () => fail(errMsg));
      await phone.yaoshi.openData(phone.collectSteps);
      assert.equal(phone.count('login'), 0);
      await phone.yaoshi.openData(phone.collectSteps);
      assert.equal(phone.count(CHECK), 2, 'there is no result to cache');
    });
  }
});
