import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failure, gatewayAnswers, happensBefore, loseAnswers, World } from './world.mjs';

describe('the profile', () => {
  const world = new World();

  test('is shown and changed', async () => {
    const phone = await world.user();
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
    const changed = await phone.yaoshi.profile.update({ nickname: '小红', city: null });
    assert.equal(changed.nickname, '小红');
    assert.deepEqual(await phone.yaoshi.profile.get(), changed);
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered');
    assert.deepEqual(state.user, changed);
  });

  test('of somebody who has not registered is not there', async () => {
    const phone = await world.stranger();
    const error = await failure(phone.yaoshi.profile.get());
    assert.equal(error.code, 'not_registered');
    assert.equal(error.recover, 'register');
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
  });

  test('changes once however often the change is sent', async () => {
    const phone = await world.user();
    loseAnswers(phone, 'POST /v1/me');
    gatewayAnswers(phone, 'GET /v1/me');
    assert.equal((await phone.yaoshi.profile.update({ nickname: '小红' })).nickname, '小红');
    assert.equal((await phone.yaoshi.profile.get()).nickname, '小红');
  });

  test('is changed after a login where the session has ended', async () => {
    const phone = await world.user();
    happensBefore(phone, 'POST /v1/me', () => phone.ask(phone.token ?? '', 'DELETE /v1/session'));
    assert.equal((await phone.yaoshi.profile.update({ nickname: '小红' })).nickname, '小红');
    assert.equal(phone.count('login'), 1);
  });
});

describe('sessions', () => {
  const world = new World();

  /** A user on three phones. */
  async function onThreePhones() {
    const phone = await world.user();
    const [second, third] = [phone.another('phone-2'), phone.another('phone-3')];
    await second.yaoshi.login();
    await third.yaoshi.login();
    return { phone, second, third };
  }

  test('are listed, the current one marked', async () => {
    const { phone } = await onThreePhones();
    const sessions = await phone.yaoshi.sessions.list();
    assert.equal(sessions.length, 3);
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered');
    assert.deepEqual(
      sessions.filter(({ current }) => current).map(({ id }) => id),
      [state.sessionId],
    );
  });

  test('elsewhere are ended one by one, also those that have ended already', async () => {
    const { phone, second } = await onThreePhones();
    const { state } = second.yaoshi;
    assert.ok(state.kind === 'registered');
    loseAnswers(phone, `DELETE /v1/sessions/${state.sessionId}`);
    await phone.yaoshi.sessions.end(state.sessionId);
    await phone.yaoshi.sessions.end(state.sessionId);
    assert.equal(await second.ask(second.token ?? ''), 401);
    assert.equal((await phone.yaoshi.sessions.list()).length, 2);
  });

  test('elsewhere are ended all at once', async () => {
    const { phone, second, third } = await onThreePhones();
    await phone.yaoshi.sessions.endOthers();
    assert.equal(await phone.ask(phone.token ?? ''), 200);
    assert.equal(await second.ask(second.token ?? ''), 401);
    assert.equal(await third.ask(third.token ?? ''), 401);
  });

  test('that was ended elsewhere is noticed there, and the phone logs in again', async () => {
    const { phone, second } = await onThreePhones();
    await phone.yaoshi.sessions.endOthers();
    assert.equal((await second.yaoshi.profile.get()).nickname, '阿明 🌱');
    assert.equal(second.count('login'), 2);
  });

  test('of this phone ends by its id as by logging out', async () => {
    const phone = await world.user();
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered');
    const token = phone.token ?? '';
    await phone.yaoshi.sessions.end(state.sessionId);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
    assert.equal(await phone.ask(token), 401);
  });

  test('end everywhere, here too', async () => {
    const { phone, second } = await onThreePhones();
    const token = phone.token ?? '';
    await phone.yaoshi.sessions.endAll();
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
    assert.equal(await phone.ask(token), 401);
    assert.equal(await second.ask(second.token ?? ''), 401);
    assert.equal((await phone.yaoshi.start()).kind, 'signed_out');
  });

  test('end everywhere even if the answer is lost', async () => {
    const phone = await world.user();
    loseAnswers(phone, 'DELETE /v1/sessions');
    await phone.yaoshi.sessions.endAll();
    const other = phone.another();
    await other.yaoshi.login();
    assert.equal((await other.yaoshi.sessions.list()).length, 1);
  });
});
