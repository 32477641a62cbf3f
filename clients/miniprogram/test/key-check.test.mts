import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutOff, fail, failure, gate, happensAfter, happensBefore, meddle, World } from './world.mjs';

const CHECK = 'checkSession';
const DEAD = () => fail('checkSession:fail session_key expired');

describe('wx.checkSession is asked', () => {
  const world = new World();

  test('when the app starts, once', async () => {
    const phone = (await world.user()).restarted();
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 1);
    assert.equal(phone.count('login'), 0);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('when it returns to the foreground', async () => {
    const phone = await world.user();
    phone.surroundings.time += 60_000;
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 1);
    phone.surroundings.time += 60_000;
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 2);
  });

  test('before data is collected', async () => {
    const phone = await world.user();
    phone.surroundings.time += 60_000;
    const { reached, hold, open } = gate();
    happensBefore(phone, CHECK, hold);
    const collecting = phone.yaoshi.openData(phone.collectSteps);
    await reached;
    assert.equal(phone.count('getWeRunData'), 0);
    open();
    await collecting;
    assert.deepEqual(phone.calls, [CHECK, 'getWeRunData', 'POST /v1/open-data']);
  });

  test('once for a start and what is collected within moments, and again for what is collected later', async () => {
    const phone = (await world.user()).restarted();
    await phone.yaoshi.start();
    await phone.yaoshi.openData(phone.collectSteps);
    await phone.yaoshi.profile.refresh(phone.collect);
    assert.equal(phone.count(CHECK), 1);
    phone.surroundings.time += 10_001;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 2);
  });

  test('once, however many collect at the same time', async () => {
    const phone = await world.user();
    phone.surroundings.time += 60_000;
    const collecting = Array.from({ length: 10 }, () => phone.yaoshi.openData(phone.collectSteps));
    await Promise.all([...collecting, phone.yaoshi.start(), phone.yaoshi.checkSession()]);
    assert.equal(phone.count(CHECK), 1);
  });

  test('not by requests, logins, lists and changes', async () => {
    const phone = await world.user();
    phone.surroundings.time += 60_000;
    await phone.yaoshi.login();
    await phone.yaoshi.request({ url: '/v1/session' });
    await phone.yaoshi.profile.get();
    await phone.yaoshi.profile.update({ city: '杭州' });
    await phone.yaoshi.sessions.list();
    assert.equal(phone.count(CHECK), 0);
  });

  test('again after the clock was set back', async () => {
    const phone = await world.user();
    phone.surroundings.time -= 86_400_000;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 1);
  });
});

describe('a failed check', () => {
  const world = new World();

  test('at the start logs in anew, and is not repeated', async () => {
    const before = await world.user();
    await before.rotate();
    const phone = before.restarted();
    const state = await phone.yaoshi.start();
    assert.equal(state.kind, 'registered');
    assert.equal(phone.count(CHECK), 1);
    assert.equal(phone.count('login'), 1);
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 1, 'the login has just brought the key');
  });

  test('before data is collected logs in before it collects', async () => {
    const phone = await world.user();
    await phone.rotate();
    phone.surroundings.time += 60_000;
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

  test('that fails again and again never loops', async () => {
    const phone = await world.user();
    phone.surroundings.time += 60_000;
    meddle(phone, CHECK, DEAD, 100);
    await phone.yaoshi.start();
    assert.equal(phone.count(CHECK), 1);
    assert.equal(phone.count('login'), 1);
    phone.surroundings.time += 60_000;
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 2);
    assert.equal(phone.count('login'), 2);
  });

  test('ends the session that was before, and keeps the new one', async () => {
    const phone = await world.user();
    const old = phone.token ?? '';
    await phone.rotate();
    const { reached, hold, open } = gate();
    happensAfter(phone, 'DELETE /v1/session', hold);
    assert.equal(await phone.yaoshi.checkSession(), false);
    assert.notEqual(phone.token, old);
    await reached;
    open();
    assert.equal((await phone.yaoshi.sessions.list()).length, 1);
    assert.equal(phone.count('DELETE /v1/session'), 1);
  });

  test('of which the login fails too rejects, and the next one asks again', async () => {
    const phone = await world.user();
    phone.surroundings.time += 60_000;
    meddle(phone, CHECK, DEAD, 1);
    const connect = cutOff(phone);
    assert.equal((await failure(phone.yaoshi.openData(phone.collectSteps))).code, 'network');
    connect();
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count(CHECK), 2);
  });

  test('of somebody who logged out logs nobody in', async () => {
    const phone = await world.user();
    await phone.yaoshi.logout();
    await phone.rotate();
    assert.equal(await phone.yaoshi.checkSession(), false);
    assert.equal(phone.count('login'), 0);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });
});

describe('a check that could not be made', () => {
  const world = new World();

  for (const errMsg of [
    'checkSession:fail request:fail net::ERR_NAME_NOT_RESOLVED',
    'checkSession:fail timeout',
    'checkSession:fail 网络错误',
  ]) {
    test(`is no dead key: ${errMsg}`, async () => {
      const phone = await world.user();
      phone.surroundings.time += 60_000;
      meddle(phone, CHECK, () => fail(errMsg));
      await phone.yaoshi.openData(phone.collectSteps);
      assert.equal(phone.count('login'), 0);
      await phone.yaoshi.openData(phone.collectSteps);
      assert.equal(phone.count(CHECK), 2, 'nothing was learned, so it is asked again');
    });
  }
});
