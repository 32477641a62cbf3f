import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PHONE_NUMBER } from 'yaoshi-testing';
import {
  afterCall,
  beforeCall,
  Fixture,
  fail,
  failure,
  gate,
  interceptCall,
  loseResponses,
  type Phone,
  respondAsGateway,
} from './fixture.mjs';

const REGISTER = 'POST /v1/register';
const BIND = 'PUT /v1/me/phone';

/** The idempotency keys of the requests with this name. */
function keys(phone: Phone, name: string): unknown[] {
  return phone.optionsOf(name).map(({ header }) => (header as Record<string, string>)['Idempotency-Key']);
}

describe('registering by phone', () => {
  const fixture = new Fixture();

  test('logs in first, and sends the code of the tap', async () => {
    const phone = await fixture.newPhone({}, { phone_number: '13900000001' });
    const tap = await phone.wx.tapPhoneButton();
    const user = await phone.yaoshi.registerByPhone(tap);
    assert.deepEqual(phone.calls, [
      'getPhoneNumber',
      'getRandomValues',
      'login',
      'getRandomValues',
      'POST /v1/login',
      REGISTER,
    ]);
    assert.deepEqual(phone.optionsOf(REGISTER)[0]?.data, { phone_code: tap.code });
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered' && state.user.id === user.id);
    assert.equal((await phone.yaoshi.phone.get())?.phone, '+8613900000001');
    assert.equal(await fixture.billed(), 1);
  });

  test('takes the code alone, too', async () => {
    const phone = await fixture.newPhone();
    const { code = '' } = await phone.wx.tapPhoneButton();
    await phone.yaoshi.registerByPhone(code);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('waits for a login that is in flight at the tap', async () => {
    const phone = await fixture.newPhone();
    const { reached, hold, open } = gate();
    afterCall(phone, 'POST /v1/login', hold);
    const starting = phone.yaoshi.start();
    await reached;
    const registering = phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
    assert.equal(phone.count(REGISTER), 0);
    open();
    await Promise.all([starting, registering]);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('repeats the same request if the response is lost, and WeChat charges once', async () => {
    for (const lose of [loseResponses, respondAsGateway]) {
      const phone = await fixture.newPhone();
      lose(phone, REGISTER);
      await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
      const [first, second] = phone.optionsOf(REGISTER);
      assert.deepEqual(first, second);
      assert.equal(await phone.statusOf(phone.token ?? '', 'GET /v1/me'), 200);
      assert.equal(await fixture.billed(), 1);
      await fixture.wechat.clearCalls();
    }
  });

  test('repeats it with the same key when the app calls again with the same tap', async () => {
    const phone = await fixture.newPhone();
    const tap = await phone.wx.tapPhoneButton();
    loseResponses(phone, REGISTER, 4);
    assert.equal((await failure(phone.yaoshi.registerByPhone(tap))).code, 'network');
    await phone.yaoshi.registerByPhone(tap);
    assert.equal(new Set(keys(phone, REGISTER)).size, 1);
    assert.equal(phone.count('login'), 1);
    assert.equal(await fixture.billed(), 1);
  });

  test('twice at once with one tap creates one user, and WeChat charges once', async () => {
    const phone = await fixture.newPhone();
    const tap = await phone.wx.tapPhoneButton();
    const [one, other] = await Promise.all([
      phone.yaoshi.registerByPhone(tap),
      phone.page().registerByPhone(tap),
    ]);
    assert.equal(one.id, other.id);
    assert.equal(new Set(keys(phone, REGISTER)).size, 1);
    assert.equal(await fixture.billed(), 1);
    assert.equal(await phone.statusOf(phone.token ?? '', 'GET /v1/me'), 200);
  });

  test('with two taps has a key for each', async () => {
    const phone = await fixture.newPhone();
    const taps = [await phone.wx.tapPhoneButton(), await phone.wx.tapPhoneButton()];
    const [one, other] = await Promise.all(taps.map((tap) => phone.yaoshi.registerByPhone(tap)));
    assert.equal(one?.id, other?.id);
    assert.equal(new Set(keys(phone, REGISTER)).size, 2);
    assert.equal((await phone.yaoshi.sessions.list()).length, 1);
  });

  test('logs in again if the session has ended, and sends the same code with the same key', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    beforeCall(phone, REGISTER, () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
    assert.equal(phone.count('login'), 2);
    const [first, second] = phone.optionsOf(REGISTER);
    assert.deepEqual(first?.data, second?.data);
    assert.equal(new Set(keys(phone, REGISTER)).size, 1);
    assert.equal(await fixture.billed(), 1);
  });

  test('survives a key that WeChat replaces between the tap and the request', async () => {
    const phone = await fixture.newPhone();
    const tap = await phone.wx.tapPhoneButton();
    await phone.rotate();
    await phone.yaoshi.registerByPhone(tap);
    assert.equal(phone.count(REGISTER), 1);
  });

  test('needs another tap if WeChat’s response was lost', async () => {
    const phone = await fixture.newPhone();
    await fixture.wechat.setFaults([{ endpoint: PHONE_NUMBER, kind: 'reset', consume: true, count: 1 }]);
    const error = await failure(phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton()));
    assert.equal(error.code, 'phone_code_lost');
    assert.equal(error.recover, 'collect_again');
    assert.equal(phone.count(REGISTER), 1, 'the client does not repeat what only a tap can repair');
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
    await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('needs a tap where the code is one of wx.login', async () => {
    const phone = await fixture.newPhone();
    const { code } = await phone.wx.login();
    const error = await failure(phone.yaoshi.registerByPhone(code));
    assert.equal(error.code, 'login_code_given');
    assert.equal(error.recover, 'collect_again');
  });

  test('repeats the request while WeChat is busy', async () => {
    const phone = await fixture.newPhone();
    await fixture.wechat.setFaults([{ endpoint: PHONE_NUMBER, kind: 'errcode', errcode: -1, count: 3 }]);
    await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
    assert.equal(new Set(keys(phone, REGISTER)).size, 1);
    assert.equal(await fixture.billed(), 1);
  });

  test('with the number of another user is refused', async () => {
    const number = { phone_number: '13900000002' };
    const holder = await fixture.newPhone({}, number);
    await holder.yaoshi.registerByPhone(await holder.wx.tapPhoneButton());
    const phone = await fixture.newPhone({}, number);
    const error = await failure(phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton()));
    assert.equal(error.code, 'phone_taken');
    assert.equal(error.recover, 'operator');
  });

  test('sends no code for a user who is registered', async () => {
    const phone = (await fixture.registeredPhone()).restart();
    const user = await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
    assert.equal(user.nickname, '阿明 🌱');
    assert.equal(phone.count(REGISTER), 0);
    assert.equal(await phone.yaoshi.phone.get(), null);
  });

  test('logs in a user who has logged out', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    await phone.yaoshi.logout();
    await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('is cancelled by a logout, which ends the new session, too', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    afterCall(phone, REGISTER, hold);
    const registering = failure(phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton()));
    await reached;
    await phone.yaoshi.logout();
    const ended = gate();
    afterCall(phone, 'DELETE /v1/session', ended.hold);
    open();
    assert.equal((await registering).code, 'signed_out');
    await ended.reached;
    ended.open();
    assert.equal(phone.yaoshi.state.kind, 'signed_out');
  });
});

describe('a phone button without a code', () => {
  const fixture = new Fixture();

  for (const [errMsg, errno, code, recover] of [
    ['getPhoneNumber:fail user deny', undefined, 'cancelled', 'cancelled'],
    ['getPhoneNumber:fail:user cancel', undefined, 'cancelled', 'cancelled'],
    ['getPhoneNumber:fail privacy permission is not authorized', 104, 'cancelled', 'cancelled'],
    ['getPhoneNumber:fail not enough quota', 1400001, 'phone_quota_exhausted', 'operator'],
    ['getPhoneNumber:fail risk control', 1421102, 'phone_risk_control', 'operator'],
    ['getPhoneNumber:fail no permission', 102, 'collect_failed', 'collect_again'],
    // A base library before 2.21.2 gives no code.
    ['getPhoneNumber:ok', undefined, 'collect_failed', 'collect_again'],
  ] as const) {
    test(`is reported as ${code} for ${errMsg}, and nothing is sent`, async () => {
      const phone = await fixture.newPhone();
      const numbers = errno === undefined ? {} : { errno };
      interceptCall(phone, 'getPhoneNumber', () => fail(errMsg, numbers));
      const tap = await phone.wx.tapPhoneButton();
      for (const call of [phone.yaoshi.registerByPhone, phone.yaoshi.phone.bind]) {
        const error = await failure(call(tap));
        assert.equal(error.code, code);
        assert.equal(error.recover, recover);
        assert.equal(error.message, errMsg);
        assert.equal(error.cause, tap);
      }
      assert.deepEqual(phone.calls, ['getPhoneNumber']);
      // The next tap gives a code.
      await phone.yaoshi.registerByPhone(await phone.wx.tapPhoneButton());
      assert.equal(phone.yaoshi.state.kind, 'registered');
    });
  }
});

describe('the phone number', () => {
  const fixture = new Fixture();

  test('can be bound, read and removed', async () => {
    const phone = await fixture.registeredPhone();
    assert.equal(await phone.yaoshi.phone.get(), null);
    const bound = await phone.yaoshi.phone.bind(await phone.wx.tapPhoneButton());
    assert.match(bound.phone, /^\+86138\d{8}$/);
    assert.ok(Date.parse(bound.bound_at) > 0);
    assert.deepEqual(await phone.yaoshi.phone.get(), bound);
    await phone.yaoshi.phone.unbind();
    assert.equal(await phone.yaoshi.phone.get(), null);
    await phone.yaoshi.phone.unbind();
  });

  test('can be bound to a user who is registered already', async () => {
    const phone = await fixture.registeredPhone();
    const tap = await phone.wx.tapPhoneButton();
    await phone.yaoshi.registerByPhone(tap);
    assert.equal(await phone.yaoshi.phone.get(), null);
    const { code = '' } = tap;
    await phone.yaoshi.phone.bind(code);
    assert.ok(await phone.yaoshi.phone.get());
  });

  test('requires a registered session', async () => {
    const phone = await fixture.newPhone();
    const tap = await phone.wx.tapPhoneButton();
    for (const call of [
      () => phone.yaoshi.phone.bind(tap),
      phone.yaoshi.phone.get,
      phone.yaoshi.phone.unbind,
    ]) {
      const error = await failure(call());
      assert.equal(error.code, 'not_registered');
      assert.equal(error.recover, 'register');
    }
    assert.equal(await fixture.billed(), 0);
    await phone.yaoshi.registerByPhone(tap);
  });

  test('is bound once if the response is lost, and WeChat charges once', async () => {
    const phone = await fixture.registeredPhone();
    loseResponses(phone, BIND);
    await phone.yaoshi.phone.bind(await phone.wx.tapPhoneButton());
    const [first, second] = phone.optionsOf(BIND);
    assert.deepEqual(first, second);
    assert.equal(await fixture.billed(), 1);
  });

  test('is bound with a new key for each tap', async () => {
    const phone = await fixture.registeredPhone();
    await phone.yaoshi.phone.bind(await phone.wx.tapPhoneButton());
    await phone.yaoshi.phone.bind(await phone.wx.tapPhoneButton());
    assert.equal(new Set(keys(phone, BIND)).size, 2);
    assert.equal(await fixture.billed(), 2);
  });

  test('is bound after a login if the session has ended, with the same key', async () => {
    const phone = await fixture.registeredPhone();
    beforeCall(phone, BIND, () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    await phone.yaoshi.phone.bind(await phone.wx.tapPhoneButton());
    assert.equal(phone.count('login'), 1);
    assert.equal(new Set(keys(phone, BIND)).size, 1);
    assert.equal(await fixture.billed(), 1);
  });

  test('needs another tap if the code was used before', async () => {
    const phone = await fixture.registeredPhone();
    const tap = await phone.wx.tapPhoneButton();
    await phone.yaoshi.phone.bind(tap);
    // A restarted app does not remember the key of the tap.
    const restarted = phone.restart();
    const error = await failure(restarted.yaoshi.phone.bind(tap));
    assert.equal(error.code, 'phone_code_used');
    assert.equal(error.recover, 'collect_again');
    assert.equal(restarted.count(BIND), 1);
    assert.equal(await fixture.billed(), 1);
  });

  test('is read and removed despite lost responses', async () => {
    const phone = await fixture.registeredPhone();
    await phone.yaoshi.phone.bind(await phone.wx.tapPhoneButton());
    respondAsGateway(phone, 'GET /v1/me/phone');
    assert.ok(await phone.yaoshi.phone.get());
    loseResponses(phone, 'DELETE /v1/me/phone');
    await phone.yaoshi.phone.unbind();
    assert.equal(await phone.yaoshi.phone.get(), null);
  });
});
