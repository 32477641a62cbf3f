import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE_TO_SESSION } from 'yaoshi-testing';
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

const LOGIN = 'POST /v1/login';

describe('one login at a time', () => {
  const world = new World();

  test('twenty callers share one wx.login and one exchange', async () => {
    const phone = await world.stranger();
    const pages = [phone.yaoshi, phone.page()];
    const callers = Array.from({ length: 20 }, (_, caller) => {
      const page = pages[caller % pages.length] ?? phone.yaoshi;
      return caller % 4 === 3 ? page.request({ url: '/v1/session' }) : page.login();
    });
    await Promise.all(callers);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.count(LOGIN), 1);
    assert.equal(await world.exchanges(), 1);
  });

  test('twenty refused requests share one login', async () => {
    const phone = await world.user();
    await phone.ask(phone.token ?? '', 'DELETE /v1/session');
    const asked = Array.from({ length: 20 }, () => phone.yaoshi.profile.get());
    const users = await Promise.all(asked);
    assert.equal(new Set(users.map(({ id }) => id)).size, 1);
    assert.equal(phone.count(LOGIN), 1);
    assert.equal(phone.count('GET /v1/me'), 40);
  });

  test('who is logged in is not logged in again', async () => {
    const phone = await world.stranger();
    await phone.yaoshi.login();
    assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
    assert.equal(phone.count('login'), 1);
  });

  test('who confirms a stored token waits for a login that begins meanwhile', async () => {
    const phone = (await world.user()).restarted();
    const { reached, hold, open } = gate();
    const login = gate();
    happensAfter(phone, 'GET /v1/me', hold);
    happensBefore(phone, LOGIN, login.hold);
    const logging = phone.yaoshi.login();
    await reached;
    meddle(phone, 'checkSession', () => fail('checkSession:fail session time out'));
    const checking = phone.yaoshi.checkSession();
    await login.reached;
    open();
    setImmediate(login.open);
    assert.equal((await logging).kind, 'registered');
    assert.equal(await checking, false);
    assert.equal(phone.count('login'), 1);
  });

  test('a login that failed does not stand in the way of the next', async () => {
    const phone = await world.stranger();
    const connect = cutOff(phone);
    assert.equal((await failure(phone.yaoshi.login())).code, 'network');
    connect();
    assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
    assert.equal(phone.count('login'), 2);
  });
});

describe('a retry repeats the same code under the same Idempotency-Key', () => {
  const world = new World();

  /** The login succeeded by sending the first code and key again. */
  function assertRepeated(phone: Phone, tries: number): void {
    const requests = phone.requests(LOGIN);
    assert.equal(requests.length, tries);
    assert.equal(phone.count('login'), 1, 'one wx.login');
    assert.equal(new Set(requests.map(({ data }) => JSON.stringify(data))).size, 1, 'one code');
    assert.equal(new Set(keys(phone)).size, 1, 'one key');
    assert.equal(phone.surroundings.pauses.length, tries - 1);
  }

  test('when an answer was lost', async () => {
    const phone = await world.stranger();
    loseAnswers(phone, LOGIN);
    await phone.yaoshi.login();
    assertRepeated(phone, 2);
    assert.equal(await world.exchanges(), 1);
    assert.equal(await phone.ask(phone.token ?? ''), 200);
  });

  test('when the network is gone for a moment', async () => {
    const phone = await world.stranger();
    meddle(phone, LOGIN, () => fail('request:fail net::ERR_CONNECTION_RESET'), 2);
    await phone.yaoshi.login();
    assertRepeated(phone, 3);
  });

  for (const arrives of [true, false]) {
    test(`when a gateway answers 500, the request ${arrives ? 'done' : 'thrown away'}`, async () => {
      const phone = await world.stranger();
      gatewayAnswers(phone, LOGIN, { arrives });
      await phone.yaoshi.login();
      assertRepeated(phone, 2);
      assert.equal(await world.exchanges(), 1);
    });
  }

  test('when WeChat is busy for longer than the server is patient', async () => {
    const phone = await world.stranger();
    await world.errcode(-1, { count: 2 });
    await phone.yaoshi.login();
    assertRepeated(phone, 2);
  });

  test("when WeChat's limit of calls is reached: a minute later", async () => {
    const phone = await world.stranger();
    await world.errcode(45011, { count: 1 });
    phone.surroundings.duringPause = () => world.wechat.advance(60);
    await phone.yaoshi.login();
    assertRepeated(phone, 2);
    const [pause = 0] = phone.surroundings.pauses;
    assert.ok(pause >= 60_000 && pause <= 75_000, `${pause} ms`);
  });

  test('a few times, and no more', async () => {
    const phone = await world.stranger();
    gatewayAnswers(phone, LOGIN, { times: 100, arrives: false });
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.code, 'unexpected_answer');
    assert.equal(error.recover, 'retry');
    assert.equal(error.status, 500);
    assertRepeated(phone, 4);
  });

  test('after the pause that a gateway asks for, and never beyond two minutes', async () => {
    const phone = await world.stranger();
    gatewayAnswers(phone, LOGIN, { status: 503, header: { 'Retry-After': '7' }, arrives: false });
    await phone.yaoshi.login();
    assert.deepEqual(phone.surroundings.pauses, [7000 + 0.5 * 1750]);

    const other = await world.stranger();
    gatewayAnswers(other, LOGIN, { status: 503, header: { 'retry-after': '3600' }, arrives: false });
    const error = await failure(other.yaoshi.login());
    assert.equal(error.retryAfter, 3600);
    assert.deepEqual(other.surroundings.pauses, []);
  });

  test('with jitter: phones that were turned away together do not come back together', async () => {
    const pauses = [];
    for (const chance of [0, 0.25, 0.999]) {
      const phone = await world.stranger();
      phone.surroundings.chance = chance;
      gatewayAnswers(phone, LOGIN, { times: 3, arrives: false });
      await phone.yaoshi.login();
      pauses.push(phone.surroundings.pauses);
    }
    assert.deepEqual(pauses, [
      [500, 1000, 2000],
      [625, 1125, 2125],
      [999.5, 1499.5, 2499.5],
    ]);
  });
});

describe('a new code only when told to', () => {
  const world = new World();

  test('a code that was used gives way to another, under another key', async () => {
    const phone = await world.stranger();
    await world.errcode(40163, { count: 1 });
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
    assert.equal(new Set(keys(phone)).size, 2);
    assert.deepEqual(phone.surroundings.pauses, []);
  });

  test('a code that somebody else exchanged', async () => {
    const phone = await world.stranger();
    happensBefore(phone, LOGIN, async () => {
      await fetch(`${world.server.baseUrl}/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(phone.requests(LOGIN)[0]?.data),
      });
    });
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
  });

  test('a code whose exchange got lost between the server and WeChat', async () => {
    const phone = await world.stranger();
    await world.wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'reset', consume: true, count: 1 }]);
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
    assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
  });

  test('a code that expired while the phone slept', async () => {
    const phone = await world.stranger();
    happensBefore(phone, LOGIN, () => world.wechat.advance(301));
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
  });

  test('two codes are all a login takes', async () => {
    const phone = await world.stranger();
    await world.errcode(40163);
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.code, 'code_used');
    assert.equal(error.recover, 'login_again');
    assert.equal(phone.count('login'), 2);
    assert.equal(phone.count(LOGIN), 2);
  });
});

describe('what cannot be mended rejects', () => {
  const world = new World();

  test("with the server's code, verb and request id", async () => {
    const phone = await world.stranger();
    await world.errcode(40164);
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.name, 'YaoshiError');
    assert.equal(error.code, 'wechat_refused_address');
    assert.equal(error.recover, 'operator');
    assert.equal(error.status, 502);
    assert.match(error.requestId ?? '', /^[0-9a-f-]{10,}$/);
    assert.ok(error.message.length > 10);
    assert.equal(phone.count(LOGIN), 1);
    assert.deepEqual(phone.surroundings.pauses, []);
  });

  test('a wx.login that fails, and one that gives no code', async () => {
    for (const outcome of [
      () => fail('login:fail timeout'),
      async () => ({ errMsg: 'login:ok', code: '' }),
    ]) {
      const phone = await world.stranger();
      meddle(phone, 'login', outcome);
      const error = await failure(phone.yaoshi.login());
      assert.equal(error.code, 'wx_login_failed');
      assert.equal(error.recover, 'login_again');
      assert.equal(phone.count('login'), 1);
      assert.equal(phone.count(LOGIN), 0);
      assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
    }
  });

  test('a server that WeChat does not let the app reach', async () => {
    const phone = await world.stranger();
    meddle(phone, LOGIN, () => fail('request:fail url not in domain list'));
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.code, 'domain_not_listed');
    assert.equal(error.recover, 'operator');
    assert.equal(phone.count(LOGIN), 1);
  });

  test('a page that is not of Yaoshi', async () => {
    for (const [status, data] of [
      [200, '<html>Welcome to the hotel</html>'],
      [200, null],
      [200, { code: 500, msg: 'maintenance' }],
      [404, { error: 'no such route' }],
    ] as const) {
      const phone = await world.stranger();
      meddle(phone, LOGIN, async () => ({ errMsg: 'request:ok', statusCode: status, header: {}, data }));
      const error = await failure(phone.yaoshi.login());
      assert.equal(error.code, 'unexpected_answer');
      assert.equal(error.recover, 'operator');
      assert.equal(error.status, status);
    }
  });
});

describe('the name of a login', () => {
  const world = new World();

  for (const [how, tap] of [
    ['of the random bytes of wx', undefined],
    ['of time and chance where wx has no random bytes', () => fail('getRandomValues:fail not supported')],
  ] as const) {
    test(how, async () => {
      const names = [];
      for (const chance of [0.1, 0.9]) {
        const phone = await world.stranger();
        phone.surroundings.chance = chance;
        if (tap) {
          meddle(phone, 'getRandomValues', tap);
        }
        await phone.yaoshi.login();
        names.push(...keys(phone));
      }
      assert.equal(new Set(names).size, 2);
      for (const name of names) {
        assert.match(name, /^[0-9a-z-]{8,128}$/);
      }
    });
  }

  test('where the base library is older than wx.getRandomValues', async () => {
    const phone = await world.stranger();
    const { getRandomValues: _missing, ...old } = phone.wx;
    await phone.page({ wx: old }).login();
    assert.match(keys(phone)[0] ?? '', /^[0-9a-z-]{8,128}$/);
  });
});

/** The Idempotency-Keys that were sent. */
function keys(phone: Phone): string[] {
  return phone
    .requests(LOGIN)
    .map(({ header }) => (header as Record<string, string>)['Idempotency-Key'] ?? '');
}
