import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  cutOff,
  fail,
  failure,
  gate,
  gatewayAnswers,
  happensAfter,
  happensBefore,
  loseAnswers,
  meddle,
  type Phone,
  World,
} from './world.mjs';

const REGISTER = 'POST /v1/register';

describe('registering', () => {
  const world = new World();

  test('logs in, checks the key, collects and registers, in this order', async () => {
    const phone = await world.stranger();
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
    const phone = await world.stranger();
    const { reached, hold, open } = gate();
    happensAfter(phone, 'POST /v1/login', hold);
    const registering = phone.register();
    await reached;
    assert.equal(phone.collected, 0);
    open();
    await registering;
    assert.equal(phone.collected, 1);
  });

  test('collects nothing when the login fails', async () => {
    const phone = await world.stranger();
    cutOff(phone);
    assert.equal((await failure(phone.register())).code, 'network');
    assert.equal(phone.collected, 0);
  });

  test('waits for a login that somebody else began before it collects again', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    happensBefore(phone, REGISTER, () => phone.ask(phone.token ?? '', 'DELETE /v1/session'));
    happensAfter(phone, 'POST /v1/login', hold);
    const registering = phone.register();
    await reached;
    assert.equal(phone.collected, 1);
    const other = phone.yaoshi.openData(phone.collectSteps);
    open();
    await Promise.all([registering, other]);
    assert.equal(phone.count('POST /v1/login'), 2);
  });

  test('replaces the token, which is kept', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    const first = phone.token ?? '';
    await phone.register();
    assert.notEqual(phone.token, first);
    assert.equal(await phone.ask(first), 401);
    assert.equal(await phone.ask(phone.token ?? '', 'GET /v1/me'), 200);
    assert.equal((await phone.yaoshi.profile.get()).nickname, '阿明 🌱');
    assert.equal(phone.count('login'), 1);
  });

  test('logs nobody in whose old token is refused before the new one has arrived', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    happensAfter(phone, REGISTER, hold);
    const registering = phone.register();
    await reached;
    // The new token arrives when the refusal has been heard.
    happensAfter(phone, 'GET /v1/session', () => {
      setImmediate(open);
    });
    const { data } = await phone.yaoshi.request<{ state: string }>({ url: '/v1/session' });
    assert.equal(data.state, 'registered');
    await registering;
    assert.equal(phone.count('login'), 1);
  });

  test('sends the same again with the old token when the answer was lost', async () => {
    const phone = await world.stranger();
    loseAnswers(phone, REGISTER);
    await phone.register();
    const [first, second] = phone.requests(REGISTER);
    assert.deepEqual(first, second);
    assert.equal(phone.collected, 1);
    assert.equal(phone.count('login'), 1);
    assert.equal(await phone.ask(phone.token ?? '', 'GET /v1/me'), 200);
  });

  test('sends it again after a 500, done or not', async () => {
    for (const arrives of [true, false]) {
      const phone = await world.stranger();
      gatewayAnswers(phone, REGISTER, { arrives });
      await phone.register();
      assert.equal(phone.count(REGISTER), 2);
      assert.equal(phone.collected, 1);
    }
  });

  test('on a session that ended meanwhile: logs in, and only then collects again', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    happensBefore(phone, REGISTER, () => phone.ask(phone.token ?? '', 'DELETE /v1/session'));
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

  test('in flight is awaited by a login that a dead key asks for', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    const { reached, hold, open } = gate();
    happensAfter(phone, REGISTER, hold);
    const registering = phone.register();
    await reached;
    const ended = gate();
    happensAfter(phone, 'DELETE /v1/session', ended.hold);
    meddle(phone, 'checkSession', () => {
      // The new token arrives when the key is known to be dead.
      setImmediate(open);
      return fail('checkSession:fail session time out');
    });
    assert.equal(await phone.yaoshi.checkSession(), false);
    await registering;
    assert.equal(phone.yaoshi.state.kind, 'registered');
    // The login ends the session that the registration brought.
    await ended.reached;
    ended.open();
    assert.equal((await phone.yaoshi.sessions.list()).length, 1, 'no session is left open');
  });

  test('asks nobody for data who is a user already', async () => {
    const phone = await world.user();
    const restarted = phone.restarted();
    const user = await restarted.register();
    assert.equal(user.nickname, '阿明 🌱');
    assert.equal(restarted.collected, 0);
    assert.equal(restarted.count('login'), 0);
  });

  test('by two pages at once makes one user and leaves one token', async () => {
    const phone = await world.stranger();
    const [one, other] = await Promise.all([phone.register(), phone.page().register(phone.collect)]);
    assert.equal(one.id, other.id);
    assert.equal(await phone.ask(phone.token ?? '', 'GET /v1/me'), 200);
    assert.equal((await phone.yaoshi.sessions.list()).length, 1);
  });

  test('sends what WeChat gave, as it gave it', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    const given = await phone.wx.getUserInfo({});
    await phone.yaoshi.register(async () => given);
    const { data } = phone.requests(REGISTER)[0] as { data: unknown };
    const { rawData, signature, encryptedData, iv } = given;
    assert.deepEqual(data, { raw_data: rawData, signature, encrypted_data: encryptedData, iv });
  });
});

describe('open data', () => {
  const world = new World();

  test('is decrypted, before anybody registers', async () => {
    const phone = await world.stranger();
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

  test('that is signed refreshes the profile', async () => {
    const phone = await world.user();
    await phone.yaoshi.profile.update({ nickname: '小红' });
    const user = await phone.yaoshi.profile.refresh(phone.collect);
    assert.equal(user.nickname, '阿明 🌱');
    const { state } = phone.yaoshi;
    assert.ok(state.kind === 'registered' && state.user.nickname === '阿明 🌱');
    assert.deepEqual(phone.calls.slice(-2), ['getUserInfo', 'POST /v1/me/profile']);
  });

  test('is sent again when the answer was lost', async () => {
    const phone = await world.user();
    loseAnswers(phone, 'POST /v1/open-data');
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count('POST /v1/open-data'), 2);
    assert.equal(phone.collected, 2, 'once for registering');
  });

  test('on a session that ended meanwhile: logs in, collects again', async () => {
    const phone = await world.user();
    phone.collected = 0;
    happensBefore(phone, 'POST /v1/open-data', () => phone.ask(phone.token ?? '', 'DELETE /v1/session'));
    await phone.yaoshi.openData(phone.collectSteps);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.collected, 2);
  });
});

/** Logs in, registers and decrypts, in one go. */
async function wholeStory(phone: Phone): Promise<void> {
  await phone.yaoshi.start();
  const user = await phone.register();
  assert.equal(user.nickname, '阿明 🌱');
  const steps = await phone.yaoshi.openData<{ stepInfoList: unknown[] }>(phone.collectSteps);
  assert.ok(steps.stepInfoList.length > 0);
  assert.equal(phone.yaoshi.state.kind, 'registered');
}

describe('a key that turns', () => {
  const world = new World();
  const story = [
    'login',
    'getRandomValues',
    'POST /v1/login',
    'checkSession',
    'getUserInfo',
    REGISTER,
    'getWeRunData',
    'POST /v1/open-data',
  ];

  test('leaves a story of so many steps', async () => {
    const phone = await world.stranger();
    await wholeStory(phone);
    assert.deepEqual(phone.calls, story);
  });

  for (const step of story) {
    test(`before ${step}: the story ends well`, async () => {
      const phone = await world.stranger();
      let turned = 0;
      happensBefore(phone, step, () => {
        turned++;
        return phone.rotate();
      });
      await wholeStory(phone);
      assert.equal(turned, 1);
      assert.ok(phone.count('login') <= 2, `${phone.count('login')} logins`);
      assert.ok(phone.collected <= 4, `collected ${phone.collected} times`);
      assert.ok(phone.count('checkSession') <= 2);
    });
  }

  test('once before every collector and once before every login', async () => {
    const phone = await world.stranger();
    for (const what of ['login', 'getUserInfo', 'getWeRunData']) {
      happensBefore(phone, what, () => phone.rotate());
    }
    await wholeStory(phone);
  });

  test('and of which the server was not told: collects again, then logs in once, then collects', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    happensBefore(phone, 'getUserInfo', () => phone.rotate());
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
      // The session before is not left behind.
      'DELETE /v1/session',
      'getUserInfo',
      REGISTER,
    ]);
  });

  test('between collecting and sending needs nothing but the collector again', async () => {
    const phone = await world.stranger();
    // Data of a key that went before the login, as the tutorials collect it.
    const early = await phone.wx.getUserInfo({});
    await phone.rotate();
    await phone.yaoshi.login();
    let asked = 0;
    await phone.yaoshi.register(async () => (asked++ === 0 ? early : phone.wx.getUserInfo({})));
    assert.equal(asked, 2);
    assert.equal(phone.count('login'), 1);
  });

  test('without end: gives up after a bounded number of tries', async () => {
    const phone = await world.stranger();
    happensAfter(phone, 'login', () => phone.rotate(), 100);
    happensBefore(phone, 'getUserInfo', () => phone.rotate(), 100);
    const error = await failure(phone.register());
    assert.equal(error.code, 'signature_mismatch');
    assert.equal(error.recover, 'collect_again');
    assert.ok(error.requestId);
    assert.equal(phone.collected, 3);
    assert.ok(phone.count('login') <= 3);
    // The session is still good.
    assert.equal(phone.yaoshi.state.kind, 'unregistered');
  });

  test('under a session that ends without end as well', async () => {
    const phone = await world.stranger();
    happensBefore(phone, REGISTER, () => phone.ask(phone.token ?? '', 'DELETE /v1/session'), 100);
    const error = await failure(phone.register());
    assert.equal(error.recover, 'login_again');
    assert.equal(phone.collected, 2);
  });
});

describe('a user who says no', () => {
  const world = new World();

  for (const errMsg of [
    'getUserInfo:fail auth deny',
    'getUserInfo:fail:auth denied',
    'getUserInfo:fail authorize:fail user deny auth deny',
    'getPhoneNumber:fail user deny',
    'getWeRunData:fail authorize no response',
    'chooseImage:fail cancel',
    'getUserInfo:fail privacy permission is not authorized',
  ]) {
    test(`${errMsg} is an error of its own, and the login stays`, async () => {
      const phone = await world.stranger();
      meddle(phone, 'getUserInfo', () => fail(errMsg));
      const error = await failure(phone.register());
      assert.equal(error.code, 'cancelled');
      assert.equal(error.recover, 'cancelled');
      assert.equal(error.message, errMsg);
      assert.equal(phone.count('getUserInfo'), 1, 'nobody is asked again against their will');
      assert.equal(phone.yaoshi.state.kind, 'unregistered');
      assert.equal((await phone.register()).nickname, '阿明 🌱');
    });
  }

  test('is told from a collector that gives nothing, for want of a promise or of a return', async () => {
    const phone = await world.user();
    const error = await failure(phone.yaoshi.openData(async () => undefined as never));
    assert.equal(error.code, 'collect_failed');
    assert.equal(error.recover, 'collect_again');
    assert.match(error.message, /gave nothing/);
    assert.equal(phone.count('POST /v1/open-data'), 0);
  });

  test('is told from a collector that fails otherwise', async () => {
    for (const thrown of [
      { errMsg: 'getUserInfo:fail timeout' },
      new Error('a mistake of the app'),
      undefined,
    ]) {
      const phone = await world.stranger();
      const error = await failure(phone.yaoshi.register(() => Promise.reject(thrown)));
      assert.equal(error.code, 'collect_failed');
      assert.equal(error.recover, 'collect_again');
      assert.equal(error.cause, thrown);
      assert.equal(phone.yaoshi.state.kind, 'unregistered');
    }
  });
});
