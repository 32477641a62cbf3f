import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutOff, fail, failure, gate, happensAfter, happensBefore, meddle, World } from './world.mjs';

describe('logging out', () => {
  const world = new World();

  test('ends the session at the server and forgets the token', async () => {
    const phone = await world.user();
    const token = phone.token ?? '';
    await phone.yaoshi.logout();
    assert.equal(await phone.ask(token), 401);
    assert.equal(phone.token, undefined);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });

  test('without a network forgets the token all the same', async () => {
    const phone = await world.user();
    cutOff(phone);
    await phone.yaoshi.logout();
    assert.equal(phone.token, undefined);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.count('DELETE /v1/session'), 1);
  });

  test('lasts: neither a start nor a restart logs in, a login does', async () => {
    const before = await world.user();
    await before.yaoshi.logout();
    assert.equal((await before.yaoshi.start()).kind, 'signed_out');
    const phone = before.restarted();
    assert.equal((await phone.yaoshi.start()).kind, 'signed_out');
    assert.equal((await failure(phone.yaoshi.profile.get())).code, 'signed_out');
    assert.equal((await failure(phone.yaoshi.request({ url: '/v1/me' }))).code, 'signed_out');
    assert.equal((await failure(phone.yaoshi.openData(phone.collectSteps))).code, 'signed_out');
    assert.equal(phone.count('login'), 0);
    assert.equal((await phone.yaoshi.login()).kind, 'registered');
  });

  test('after a restart, a login needs no start before it', async () => {
    const before = await world.user();
    await before.yaoshi.logout();
    const phone = before.restarted();
    assert.equal((await phone.yaoshi.login()).kind, 'registered');
    assert.equal((await phone.restarted().yaoshi.start()).kind, 'registered');
  });

  for (const [moment, meddling] of [
    ['before the server has the code', happensBefore],
    ['after the server has answered', happensAfter],
  ] as const) {
    test(`wins over a login in flight, ${moment}`, async () => {
      const phone = await world.user();
      await phone.ask(phone.token ?? '', 'DELETE /v1/session');
      const { reached, hold, open } = gate();
      meddling(phone, 'POST /v1/login', hold);
      const asking = failure(phone.yaoshi.profile.get());
      await reached;
      await phone.yaoshi.logout();
      const ended = gate();
      happensAfter(phone, 'DELETE /v1/session', ended.hold);
      open();
      assert.equal((await asking).code, 'signed_out');
      assert.equal(phone.yaoshi.state.kind, 'signed_out');
      assert.equal(phone.token, undefined);
      // What the login brought is not left open at the server.
      await ended.reached;
      ended.open();
      const other = phone.another();
      await other.yaoshi.login();
      assert.equal((await other.yaoshi.sessions.list()).length, 1);
    });
  }

  test('wins over a login that was called just before', async () => {
    const phone = await world.stranger();
    const logging = failure(phone.yaoshi.login());
    await phone.yaoshi.logout();
    assert.equal((await logging).code, 'signed_out');
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
  });

  test('wins over a login whose token is just being stored', async () => {
    const phone = await world.stranger();
    const { reached, hold, open } = gate();
    happensBefore(phone, 'setStorage', hold);
    const logging = failure(phone.yaoshi.login());
    await reached;
    const leaving = phone.yaoshi.logout();
    open();
    assert.equal((await logging).code, 'signed_out');
    await leaving;
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
  });

  test('wins over a login that only confirms the stored token', async () => {
    const phone = (await world.user()).restarted();
    const { reached, hold, open } = gate();
    happensAfter(phone, 'GET /v1/me', hold);
    const logging = failure(phone.yaoshi.login());
    await reached;
    const leaving = phone.yaoshi.logout();
    open();
    assert.equal((await logging).code, 'signed_out');
    await leaving;
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });

  test('wins over a registration that has yet to collect, even if a login follows', async () => {
    const phone = await world.stranger();
    const { reached, hold, open } = gate();
    happensBefore(phone, 'getUserInfo', hold);
    const registering = failure(phone.register());
    await reached;
    await phone.yaoshi.logout();
    await phone.yaoshi.login();
    open();
    assert.equal((await registering).code, 'signed_out');
    assert.equal(phone.count('POST /v1/register'), 0);
    assert.equal(await phone.ask(phone.token ?? ''), 200);
  });

  test('wins over a registration in flight', async () => {
    const phone = await world.stranger();
    const { reached, hold, open } = gate();
    happensAfter(phone, 'POST /v1/register', hold);
    const registering = failure(phone.register());
    await reached;
    await phone.yaoshi.logout();
    open();
    assert.equal((await registering).code, 'signed_out');
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
  });

  test('between two tries ends the trying', async () => {
    const phone = await world.stranger();
    meddle(phone, 'POST /v1/login', () => fail('request:fail timeout'), 100);
    phone.surroundings.duringPause = () => phone.yaoshi.logout();
    assert.equal((await failure(phone.yaoshi.login())).code, 'signed_out');
    assert.equal(phone.count('POST /v1/login'), 1);
  });

  test('by who listens to the login, and a login right after it: the later login counts', async () => {
    const phone = await world.stranger();
    let again: Promise<unknown> | undefined;
    const stop = phone.yaoshi.on('state', () => {
      stop();
      phone.yaoshi.logout();
      again = phone.yaoshi.login();
    });
    assert.equal((await failure(phone.yaoshi.login())).code, 'signed_out');
    await again;
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
    assert.equal(await phone.ask(phone.token ?? ''), 200);
  });

  test('is followed by a login that was called right after it', async () => {
    const phone = await world.user();
    const [, state] = await Promise.all([phone.yaoshi.logout(), phone.yaoshi.login()]);
    assert.equal(state.kind, 'registered');
    assert.equal(await phone.ask(phone.token ?? '', 'GET /v1/me'), 200);
  });
});
