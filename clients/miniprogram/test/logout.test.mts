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

describe('logging out', () => {
  const fixture = new Fixture();

  test('ends the session at the server and deletes the token', async () => {
    const phone = await fixture.registeredPhone();
    const token = phone.token ?? '';
    await phone.yaoshi.logout();
    assert.equal(await phone.statusOf(token), 401);
    assert.equal(phone.token, undefined);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });

  test('deletes the token even without a network', async () => {
    const phone = await fixture.registeredPhone();
    disconnect(phone);
    await phone.yaoshi.logout();
    assert.equal(phone.token, undefined);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.count('DELETE /v1/session'), 1);
  });

  test('lasts until login is called, across starts and restarts', async () => {
    const before = await fixture.registeredPhone();
    await before.yaoshi.logout();
    assert.equal((await before.yaoshi.start()).kind, 'signed_out');
    const phone = before.restart();
    assert.equal((await phone.yaoshi.start()).kind, 'signed_out');
    assert.equal((await failure(phone.yaoshi.profile.get())).code, 'signed_out');
    assert.equal((await failure(phone.yaoshi.request({ url: '/v1/me' }))).code, 'signed_out');
    assert.equal((await failure(phone.yaoshi.openData(phone.collectSteps))).code, 'signed_out');
    assert.equal(phone.count('login'), 0);
    assert.equal((await phone.yaoshi.login()).kind, 'registered');
  });

  test('is undone by a login after a restart, even without start', async () => {
    const before = await fixture.registeredPhone();
    await before.yaoshi.logout();
    const phone = before.restart();
    assert.equal((await phone.yaoshi.login()).kind, 'registered');
    assert.equal((await phone.restart().yaoshi.start()).kind, 'registered');
  });

  for (const [moment, hook] of [
    ['before the server gets the code', beforeCall],
    ['after the server has responded', afterCall],
  ] as const) {
    test(`cancels a login in flight, ${moment}`, async () => {
      const phone = await fixture.registeredPhone();
      await phone.statusOf(phone.token ?? '', 'DELETE /v1/session');
      const { reached, hold, open } = gate();
      hook(phone, 'POST /v1/login', hold);
      const asking = failure(phone.yaoshi.profile.get());
      await reached;
      await phone.yaoshi.logout();
      const ended = gate();
      afterCall(phone, 'DELETE /v1/session', ended.hold);
      open();
      assert.equal((await asking).code, 'signed_out');
      assert.equal(phone.yaoshi.state.kind, 'signed_out');
      assert.equal(phone.token, undefined);
      // The session that the login created is ended at the server.
      await ended.reached;
      ended.open();
      const other = phone.otherPhone();
      await other.yaoshi.login();
      assert.equal((await other.yaoshi.sessions.list()).length, 1);
    });
  }

  test('cancels a login that was called just before', async () => {
    const phone = await fixture.newPhone();
    const logging = failure(phone.yaoshi.login());
    await phone.yaoshi.logout();
    assert.equal((await logging).code, 'signed_out');
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
  });

  test('cancels a login whose token is being stored', async () => {
    const phone = await fixture.newPhone();
    const { reached, hold, open } = gate();
    beforeCall(phone, 'setStorage', hold);
    const logging = failure(phone.yaoshi.login());
    await reached;
    const leaving = phone.yaoshi.logout();
    open();
    assert.equal((await logging).code, 'signed_out');
    await leaving;
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
  });

  test('cancels a login that confirms the stored token', async () => {
    const phone = (await fixture.registeredPhone()).restart();
    const { reached, hold, open } = gate();
    afterCall(phone, 'GET /v1/me', hold);
    const logging = failure(phone.yaoshi.login());
    await reached;
    const leaving = phone.yaoshi.logout();
    open();
    assert.equal((await logging).code, 'signed_out');
    await leaving;
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });

  test('cancels a registration that has not collected yet, even if a login follows', async () => {
    const phone = await fixture.newPhone();
    const { reached, hold, open } = gate();
    beforeCall(phone, 'getUserInfo', hold);
    const registering = failure(phone.register());
    await reached;
    await phone.yaoshi.logout();
    await phone.yaoshi.login();
    open();
    assert.equal((await registering).code, 'signed_out');
    assert.equal(phone.count('POST /v1/register'), 0);
    assert.equal(await phone.statusOf(phone.token ?? ''), 200);
  });

  test('cancels a registration in flight', async () => {
    const phone = await fixture.newPhone();
    const { reached, hold, open } = gate();
    afterCall(phone, 'POST /v1/register', hold);
    const registering = failure(phone.register());
    await reached;
    await phone.yaoshi.logout();
    open();
    assert.equal((await registering).code, 'signed_out');
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
  });

  test('between two attempts stops the retries', async () => {
    const phone = await fixture.newPhone();
    interceptCall(phone, 'POST /v1/login', () => fail('request:fail timeout'), 100);
    phone.runtime.onSleep = () => phone.yaoshi.logout();
    assert.equal((await failure(phone.yaoshi.login())).code, 'signed_out');
    assert.equal(phone.count('POST /v1/login'), 1);
  });

  test('from a state listener cancels the login, and a login right after it succeeds', async () => {
    const phone = await fixture.newPhone();
    let again: Promise<unknown> | undefined;
    const stop = phone.yaoshi.on('state', () => {
      stop();
      phone.yaoshi.logout();
      again = phone.yaoshi.login();
    });
    assert.equal((await failure(phone.yaoshi.login())).code, 'signed_out');
    await again;
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
    assert.equal(await phone.statusOf(phone.token ?? ''), 200);
  });

  test('completes before a login that is called right after it', async () => {
    const phone = await fixture.registeredPhone();
    const [, state] = await Promise.all([phone.yaoshi.logout(), phone.yaoshi.login()]);
    assert.equal(state.kind, 'registered');
    assert.equal(await phone.statusOf(phone.token ?? '', 'GET /v1/me'), 200);
  });
});
