import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { beforeCall, Fixture, failure, loseResponses, respondAsGateway } from './fixture.mjs';

describe('the profile', () => {
  const fixture = new Fixture();

  test('can be read and changed', async () => {
    const phone = await fixture.registeredPhone();
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
    const changed = await phone.yaoshi.profile.update({ nickname: '小红', city: null });
    assert.equal(changed.nickname, '小红');
    assert.deepEqual(await phone.yaoshi.profile.get(), changed);
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered');
    assert.deepEqual(state.user, changed);
  });

  test('requires a registered session', async () => {
    const phone = await fixture.newPhone();
    const error = await failure(phone.yaoshi.profile.get());
    assert.equal(error.code, 'not_registered');
    assert.equal(error.recover, 'register');
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
  });

  test('can be changed and read despite lost responses', async () => {
    const phone = await fixture.registeredPhone();
    loseResponses(phone, 'POST /v1/me');
    respondAsGateway(phone, 'GET /v1/me');
    assert.equal((await phone.yaoshi.profile.update({ nickname: '小红' })).nickname, '小红');
    assert.equal((await phone.yaoshi.profile.get()).nickname, '小红');
  });

  test('can be changed after the session has ended: the client logs in first', async () => {
    const phone = await fixture.registeredPhone();
    beforeCall(phone, 'POST /v1/me', () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    assert.equal((await phone.yaoshi.profile.update({ nickname: '小红' })).nickname, '小红');
    assert.equal(phone.count('login'), 1);
  });
});

describe('sessions', () => {
  const fixture = new Fixture();

  /** A user who is logged in on three phones. */
  async function onThreePhones() {
    const phone = await fixture.registeredPhone();
    const [second, third] = [phone.otherPhone('phone-2'), phone.otherPhone('phone-3')];
    await second.yaoshi.login();
    await third.yaoshi.login();
    return { phone, second, third };
  }

  test('are listed with the current one marked', async () => {
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

  test('on other phones can be ended one by one, even if they have ended already', async () => {
    const { phone, second } = await onThreePhones();
    const { state } = second.yaoshi;
    assert.ok(state.kind === 'registered');
    loseResponses(phone, `DELETE /v1/sessions/${state.sessionId}`);
    await phone.yaoshi.sessions.end(state.sessionId);
    await phone.yaoshi.sessions.end(state.sessionId);
    assert.equal(await second.statusOf(second.token ?? ''), 401);
    assert.equal((await phone.yaoshi.sessions.list()).length, 2);
  });

  test('on all other phones can be ended at once', async () => {
    const { phone, second, third } = await onThreePhones();
    await phone.yaoshi.sessions.endOthers();
    assert.equal(await phone.statusOf(phone.token ?? ''), 200);
    assert.equal(await second.statusOf(second.token ?? ''), 401);
    assert.equal(await third.statusOf(third.token ?? ''), 401);
  });

  test('that were ended elsewhere are detected, and the phone logs in again', async () => {
    const { phone, second } = await onThreePhones();
    await phone.yaoshi.sessions.endOthers();
    assert.equal((await second.yaoshi.profile.get()).nickname, '阿明 🌱');
    assert.equal(second.count('login'), 2);
  });

  test('can be ended by the current id, which logs out', async () => {
    const phone = await fixture.registeredPhone();
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered');
    const token = phone.token ?? '';
    await phone.yaoshi.sessions.end(state.sessionId);
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
    assert.equal(await phone.statusOf(token), 401);
  });

  test('can be ended everywhere, including this phone', async () => {
    const { phone, second } = await onThreePhones();
    const token = phone.token ?? '';
    await phone.yaoshi.sessions.endAll();
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
    assert.equal(phone.token, undefined);
    assert.equal(await phone.statusOf(token), 401);
    assert.equal(await second.statusOf(second.token ?? ''), 401);
    assert.equal((await phone.yaoshi.start()).kind, 'signed_out');
  });

  test('can be ended everywhere even if the response is lost', async () => {
    const phone = await fixture.registeredPhone();
    loseResponses(phone, 'DELETE /v1/sessions');
    await phone.yaoshi.sessions.endAll();
    const other = phone.otherPhone();
    await other.yaoshi.login();
    assert.equal((await other.yaoshi.sessions.list()).length, 1);
  });
});
