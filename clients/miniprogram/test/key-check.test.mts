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
