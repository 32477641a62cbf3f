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
  loseResponses,
  type Phone,
  respondAsGateway,
} from './fixture.mjs';

const REGISTER = 'POST /v1/register';

describe('registering', () => {
  const fixture = new Fixture();

  test('logs in, checks the key, collects and registers, in this order', async () => {
    const phone = await fixture.newPhone();
    const user = await phone.register();
    assert.equal(user.nickname, '阿明 🌱');
    assert.deepEqual(phone.calls, [
      'login',
      'getRandomValues',
      'POST /v1/login',
      'checkSession',
      'getUserInfo',
      REGISTER,
    ]);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('collects nothing before the login has completed, however slow it is', async () => {
    const phone = await fixture.newPhone();
    const { reached, hold, open } = gate();
    afterCall(phone, 'POST /v1/login', hold);
    const registering = phone.register();
    await reached;
    assert.equal(phone.collected, 0);
    open();
    await registering;
    assert.equal(phone.collected, 1);
  });

  test('collects nothing if the login fails', async () => {
    const phone = await fixture.newPhone();
    disconnect(phone);
    assert.equal((await failure(phone.register())).code, 'network');
    assert.equal(phone.collected, 0);
  });

  test('waits for a login in flight before it collects again', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    beforeCall(phone, REGISTER, () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    afterCall(phone, 'POST /v1/login', hold);
    const registering = phone.register();
    await reached;
    assert.equal(phone.collected, 1);
    const other = phone.yaoshi.openData(phone.collectSteps);
    open();
    await Promise.all([registering, other]);
    assert.equal(phone.count('POST /v1/login'), 2);
  });

  test('replaces the stored token', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    const first = phone.token ?? '';
    await phone.register();
    assert.notEqual(phone.token, first);
    assert.equal(await phone.statusOf(first), 401);
    assert.equal(await phone.statusOf(phone.token ?? '', 'GET /v1/me'), 200);
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
    assert.equal(phone.count('login'), 1);
  });

  test('causes no login if the old token is refused before the new one arrives', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    afterCall(phone, REGISTER, hold);
    const registering = phone.register();
    await reached;
    // The new token arrives after the refusal.
    afterCall(phone, 'GET /v1/session', () => {
      setImmediate(open);
    });
    const { data } = await phone.yaoshi.request<{ state: string }>({ url: '/v1/session' });
    assert.equal(data.state, 'registered');
    await registering;
    assert.equal(phone.count('login'), 1);
  });

  test('repeats the same request with the old token if the response is lost', async () => {
    const phone = await fixture.newPhone();
    loseResponses(phone, REGISTER);
    await phone.register();
    const [first, second] = phone.optionsOf(REGISTER);
    assert.deepEqual(first, second);
    assert.equal(phone.collected, 1);
    assert.equal(phone.count('login'), 1);
    assert.equal(await phone.statusOf(phone.token ?? '', 'GET /v1/me'), 200);
  });

  test('repeats the request after a 500, whether the server handled it or not', async () => {
    for (const arrives of [true, false]) {
      const phone = await fixture.newPhone();
      respondAsGateway(phone, REGISTER, { arrives });
      await phone.register();
      assert.equal(phone.count(REGISTER), 2);
      assert.equal(phone.collected, 1);
    }
  });

  test('logs in before it collects again if the session has ended', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    beforeCall(phone, REGISTER, () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    await phone.register();
    const after = phone.calls.slice(phone.calls.indexOf(REGISTER));
    assert.deepEqual(after, [
      REGISTER,
      'login',
      'getRandomValues',
      'POST /v1/login',
      'getUserInfo',
      REGISTER,
    ]);
  });

  test('completes before a login that an invalid key requires', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    afterCall(phone, REGISTER, hold);
    const registering = phone.register();
    await reached;
    const ended = gate();
    afterCall(phone, 'DELETE /v1/session', ended.hold);
    interceptCall(phone, 'checkSession', () => {
      // The new token arrives after the key check has failed.
      setImmediate(open);
      return fail('checkSession:fail session time out');
    });
    assert.equal(await phone.yaoshi.checkSession(), false);
    await registering;
    assert.equal(phone.yaoshi.state.kind, 'registered');
    // The login ends the session that the registration created.
    await ended.reached;
    ended.open();
    assert.equal((await phone.yaoshi.sessions.list()).length, 1, 'no session is left open');
  });

  test('gives up if the session ends again and again', async () => {
    const phone = await fixture.newPhone();
    beforeCall(phone, REGISTER, () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'), 100);
    const error = await failure(phone.register());
    assert.equal(error.recover, 'login_again');
    assert.equal(phone.collected, 2);
  });

  test('collects nothing from a registered user', async () => {
    const phone = await fixture.registeredPhone();
    const restarted = phone.restart();
    const user = await restarted.register();
    assert.equal(user.nickname, '阿明 🌱');
    assert.equal(restarted.collected, 0);
    assert.equal(restarted.count('login'), 0);
  });

  test('from two pages at once creates one user and one session', async () => {
    const phone = await fixture.newPhone();
    const [one, other] = await Promise.all([phone.register(), phone.page().register(phone.collect)]);
    assert.equal(one.id, other.id);
    assert.equal(await phone.statusOf(phone.token ?? '', 'GET /v1/me'), 200);
    assert.equal((await phone.yaoshi.sessions.list()).length, 1);
  });

  test('sends the data exactly as WeChat returned it', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    const collected = await phone.wx.getUserInfo({});
    await phone.yaoshi.register(async () => collected);
    const { data } = phone.optionsOf(REGISTER)[0] as { data: unknown };
    const { rawData, signature, encryptedData, iv } = collected;
    assert.deepEqual(data, { raw_data: rawData, signature, encrypted_data: encryptedData, iv });
  });
});

describe('open data', () => {
  const fixture = new Fixture();

  test('is decrypted without a registration', async () => {
    const phone = await fixture.newPhone();
    const steps = await phone.yaoshi.openData<{ stepInfoList: unknown[] }>(phone.collectSteps);
    assert.ok(steps.stepInfoList.length > 0);
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
    assert.deepEqual(phone.calls.slice(-4), [
      'POST /v1/login',
      'checkSession',
      'getWeRunData',
      'POST /v1/open-data',
    ]);
  });

  test('with a signature refreshes the profile', async () => {
    const phone = await fixture.registeredPhone();
    await phone.yaoshi.profile.update({ nickname: '小红' });
    const user = await phone.yaoshi.profile.refresh(phone.collect);
    assert.equal(user.nickname, '阿明 🌱');
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered' && state.user.nickname === '阿明 🌱');
    assert.deepEqual(phone.calls.slice(-2), ['getUserInfo', 'POST /v1/me/profile']);
  });

  test('is sent again if the response is lost', async () => {
    const phone = await fixture.registeredPhone();
    loseResponses(phone, 'POST /v1/open-data');
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count('POST /v1/open-data'), 2);
    assert.equal(phone.collected, 2, 'once to register, once for the steps');
  });

  test('is collected again after a login if the session has ended', async () => {
    const phone = await fixture.registeredPhone();
    phone.collected = 0;
    beforeCall(phone, 'POST /v1/open-data', () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.collected, 2);
  });
});

/** Logs in, registers and decrypts steps. */
async function runWholeFlow(phone: Phone): Promise<void> {
  await phone.yaoshi.start();
  const user = await phone.register();
  assert.equal(user.nickname, '阿明 🌱');
  const steps = await phone.yaoshi.openData<{ stepInfoList: unknown[] }>(phone.collectSteps);
  assert.ok(steps.stepInfoList.length > 0);
  assert.equal(phone.yaoshi.state.kind, 'registered');
}

describe('a key that WeChat replaces', () => {
  const fixture = new Fixture();
  const flow = [
    'login',
    'getRandomValues',
    'POST /v1/login',
    'checkSession',
    'getUserInfo',
    REGISTER,
    'getWeRunData',
    'POST /v1/open-data',
  ];

  test('is not part of the normal flow', async () => {
    const phone = await fixture.newPhone();
    await runWholeFlow(phone);
    assert.deepEqual(phone.calls, flow);
  });

  for (const step of flow) {
    test(`before ${step} does not break the flow`, async () => {
      const phone = await fixture.newPhone();
      let rotations = 0;
      beforeCall(phone, step, () => {
        rotations++;
        return phone.rotate();
      });
      await runWholeFlow(phone);
      assert.equal(rotations, 1);
      assert.ok(phone.count('login') <= 2, `${phone.count('login')} logins`);
      assert.ok(phone.collected <= 4, `collected ${phone.collected} times`);
      assert.ok(phone.count('checkSession') <= 2);
    });
  }

  test('before each collection and before the login does not break the flow', async () => {
    const phone = await fixture.newPhone();
    for (const name of ['login', 'getUserInfo', 'getWeRunData']) {
      beforeCall(phone, name, () => phone.rotate());
    }
    await runWholeFlow(phone);
  });

  test('without a login: the client collects again, then logs in once and collects a last time', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    beforeCall(phone, 'getUserInfo', () => phone.rotate());
    await phone.register();
    assert.deepEqual(phone.calls.slice(3), [
      'checkSession',
      'getUserInfo',
      REGISTER,
      'getUserInfo',
      REGISTER,
      'login',
      'getRandomValues',
      'POST /v1/login',
      // The previous session is ended.
      'DELETE /v1/session',
      'getUserInfo',
      REGISTER,
    ]);
  });

  test('between collecting and sending only requires collecting again', async () => {
    const phone = await fixture.newPhone();
    // Signed with the key from before the login, as in the tutorial.
    const early = await phone.wx.getUserInfo({});
    await phone.rotate();
    await phone.yaoshi.login();
    let calls = 0;
    await phone.yaoshi.register(async () => (calls++ === 0 ? early : phone.wx.getUserInfo({})));
    assert.equal(calls, 2);
    assert.equal(phone.count('login'), 1);
  });

  test('again and again makes the client give up after a bounded number of attempts', async () => {
    const phone = await fixture.newPhone();
    afterCall(phone, 'login', () => phone.rotate(), 100);
    beforeCall(phone, 'getUserInfo', () => phone.rotate(), 100);
    const error = await failure(phone.register());
    assert.equal(error.code, 'signature_mismatch');
    assert.equal(error.recover, 'collect_again');
    assert.ok(error.requestId);
    assert.equal(phone.collected, 3);
    assert.ok(phone.count('login') <= 3);
    // The session is still good.
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
  });
});

describe('a failed collection', () => {
  const fixture = new Fixture();

  for (const errMsg of [
    'getUserInfo:fail auth deny',
    'getUserInfo:fail:auth denied',
    'getUserInfo:fail authorize:fail user deny auth deny',
    'getPhoneNumber:fail user deny',
    'getWeRunData:fail authorize no response',
    'chooseImage:fail cancel',
    'getUserInfo:fail privacy permission is not authorized',
  ]) {
    test(`is reported as cancelled for ${errMsg}, and the session stays`, async () => {
      const phone = await fixture.newPhone();
      interceptCall(phone, 'getUserInfo', () => fail(errMsg));
      const error = await failure(phone.register());
      assert.equal(error.code, 'cancelled');
      assert.equal(error.recover, 'cancelled');
      assert.equal(error.message, errMsg);
      assert.equal(phone.count('getUserInfo'), 1, 'the user is not asked again');
      assert.equal(phone.yaoshi.state.kind, 'unregistered');
      assert.equal((await phone.register()).nickname, '阿明 🌱');
    });
  }

  test('is reported as collect_failed if the collector returns nothing', async () => {
    const phone = await fixture.registeredPhone();
    const error = await failure(phone.yaoshi.openData(async () => undefined as never));
    assert.equal(error.code, 'collect_failed');
    assert.equal(error.recover, 'collect_again');
    assert.match(error.message, /returned nothing/);
    assert.equal(phone.count('POST /v1/open-data'), 0);
  });

  test('is reported as collect_failed for any other error', async () => {
    for (const thrown of [{ errMsg: 'getUserInfo:fail timeout' }, new Error('a bug in the app'), undefined]) {
      const phone = await fixture.newPhone();
      const error = await failure(phone.yaoshi.register(() => Promise.reject(thrown)));
      assert.equal(error.code, 'collect_failed');
      assert.equal(error.recover, 'collect_again');
      assert.equal(error.cause, thrown);
      assert.equal(phone.yaoshi.state.kind, 'unregistered');
    }
  });
});
