import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CODE_TO_SESSION } from 'yaoshi-testing';
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

const LOGIN = 'POST /v1/login';

describe('one login at a time', () => {
  const fixture = new Fixture();

  test('twenty callers share one wx.login and one exchange', async () => {
    const phone = await fixture.newPhone();
    const pages = [phone.yaoshi, phone.page()];
    const callers = Array.from({ length: 20 }, (_, caller) => {
      const page = pages[caller % pages.length] ?? phone.yaoshi;
      return caller % 4 === 3 ? page.request({ url: '/v1/session' }) : page.login();
    });
    await Promise.all(callers);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.count(LOGIN), 1);
    assert.equal(await fixture.exchanges(), 1);
  });

  test('twenty refused requests share one login', async () => {
    const phone = await fixture.registeredPhone();
    await phone.statusOf(phone.token ?? '', 'DELETE /v1/session');
    const asked = Array.from({ length: 20 }, () => phone.yaoshi.profile.get());
    const users = await Promise.all(asked);
    assert.equal(new Set(users.map(({ id }) => id)).size, 1);
    assert.equal(phone.count(LOGIN), 1);
    assert.equal(phone.count('GET /v1/me'), 40);
  });

  test('a user who is logged in is not logged in again', async () => {
    const phone = await fixture.newPhone();
    await phone.yaoshi.login();
    assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
    assert.equal(phone.count('login'), 1);
  });

  test('confirming a stored token waits for a login that starts meanwhile', async () => {
    const phone = (await fixture.registeredPhone()).restart();
    const { reached, hold, open } = gate();
    const login = gate();
    afterCall(phone, 'GET /v1/me', hold);
    beforeCall(phone, LOGIN, login.hold);
    const logging = phone.yaoshi.login();
    await reached;
    interceptCall(phone, 'checkSession', () => fail('checkSession:fail session time out'));
    const checking = phone.yaoshi.checkSession();
    await login.reached;
    open();
    setImmediate(login.open);
    assert.equal((await logging).kind, 'registered');
    assert.equal(await checking, false);
    assert.equal(phone.count('login'), 1);
  });

  test('a failed login does not block the next one', async () => {
    const phone = await fixture.newPhone();
    const connect = disconnect(phone);
    assert.equal((await failure(phone.yaoshi.login())).code, 'network');
    connect();
    assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
    assert.equal(phone.count('login'), 2);
  });
});

describe('a retry repeats the same code under the same Idempotency-Key', () => {
  const fixture = new Fixture();

  /** Fails unless all attempts sent the same code with the same key. */
  function assertRepeated(phone: Phone, attempts: number): void {
    const requests = phone.optionsOf(LOGIN);
    assert.equal(requests.length, attempts);
    assert.equal(phone.count('login'), 1, 'one wx.login');
    assert.equal(new Set(requests.map(({ data }) => JSON.stringify(data))).size, 1, 'one code');
    assert.equal(new Set(keys(phone)).size, 1, 'one key');
    assert.equal(phone.runtime.sleeps.length, attempts - 1);
  }

  test('when the response is lost', async () => {
    const phone = await fixture.newPhone();
    loseResponses(phone, LOGIN);
    await phone.yaoshi.login();
    assertRepeated(phone, 2);
    assert.equal(await fixture.exchanges(), 1);
    assert.equal(await phone.statusOf(phone.token ?? ''), 200);
  });

  test('when the network fails briefly', async () => {
    const phone = await fixture.newPhone();
    interceptCall(phone, LOGIN, () => fail('request:fail net::ERR_CONNECTION_RESET'), 2);
    await phone.yaoshi.login();
    assertRepeated(phone, 3);
  });

  for (const arrives of [true, false]) {
    test(`when a gateway responds with 500 and the server ${arrives ? 'handled' : 'did not get'} the request`, async () => {
      const phone = await fixture.newPhone();
      respondAsGateway(phone, LOGIN, { arrives });
      await phone.yaoshi.login();
      assertRepeated(phone, 2);
      assert.equal(await fixture.exchanges(), 1);
    });
  }

  test('when WeChat is busy for longer than the server retries', async () => {
    const phone = await fixture.newPhone();
    await fixture.errcode(-1, { count: 2 });
    await phone.yaoshi.login();
    assertRepeated(phone, 2);
  });

  test("once the minute is over in which WeChat's rate limit was reached", async () => {
    const phone = await fixture.newPhone();
    await fixture.errcode(45011, { count: 1 });
    phone.runtime.onSleep = () => fixture.wechat.advance(60);
    await phone.yaoshi.login();
    assertRepeated(phone, 2);
    const [sleep = 0] = phone.runtime.sleeps;
    assert.ok(sleep >= 1_000 && sleep <= 75_000, `${sleep} ms`);
  });

  test('a bounded number of times', async () => {
    const phone = await fixture.newPhone();
    respondAsGateway(phone, LOGIN, { times: 100, arrives: false });
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.code, 'unexpected_answer');
    assert.equal(error.recover, 'retry');
    assert.equal(error.status, 500);
    assertRepeated(phone, 4);
  });

  test('after the Retry-After of a gateway, but never after more than two minutes', async () => {
    const phone = await fixture.newPhone();
    respondAsGateway(phone, LOGIN, { status: 503, header: { 'Retry-After': '7' }, arrives: false });
    await phone.yaoshi.login();
    assert.deepEqual(phone.runtime.sleeps, [7000 + 0.5 * 1750]);

    const other = await fixture.newPhone();
    respondAsGateway(other, LOGIN, { status: 503, header: { 'retry-after': '3600' }, arrives: false });
    const error = await failure(other.yaoshi.login());
    assert.equal(error.retryAfter, 3600);
    assert.deepEqual(other.runtime.sleeps, []);
  });

  test('with jitter, so that phones that were refused together do not come back together', async () => {
    const sleeps = [];
    for (const randomValue of [0, 0.25, 0.999]) {
      const phone = await fixture.newPhone();
      phone.runtime.randomValue = randomValue;
      respondAsGateway(phone, LOGIN, { times: 3, arrives: false });
      await phone.yaoshi.login();
      sleeps.push(phone.runtime.sleeps);
    }
    assert.deepEqual(sleeps, [
      [500, 1000, 2000],
      [625, 1125, 2125],
      [999.5, 1499.5, 2499.5],
    ]);
  });
});

describe('the client gets a new code', () => {
  const fixture = new Fixture();

  test('with a new key if the code was used', async () => {
    const phone = await fixture.newPhone();
    await fixture.errcode(40163, { count: 1 });
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
    assert.equal(new Set(keys(phone)).size, 2);
    assert.deepEqual(phone.runtime.sleeps, []);
  });

  test('if another client exchanged the code', async () => {
    const phone = await fixture.newPhone();
    beforeCall(phone, LOGIN, async () => {
      await fetch(`${fixture.server.baseUrl}/v1/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(phone.optionsOf(LOGIN)[0]?.data),
      });
    });
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
  });

  test('if the exchange between the server and WeChat was lost', async () => {
    const phone = await fixture.newPhone();
    await fixture.wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'reset', consume: true, count: 1 }]);
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
    assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
  });

  test('if the code expired before it was sent', async () => {
    const phone = await fixture.newPhone();
    beforeCall(phone, LOGIN, () => fixture.wechat.advance(301));
    await phone.yaoshi.login();
    assert.equal(phone.count('login'), 2);
  });

  test('only once per login', async () => {
    const phone = await fixture.newPhone();
    await fixture.errcode(40163);
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.code, 'code_used');
    assert.equal(error.recover, 'login_again');
    assert.equal(phone.count('login'), 2);
    assert.equal(phone.count(LOGIN), 2);
  });
});

describe('a login rejects', () => {
  const fixture = new Fixture();

  test("with the server's code, verb and request id", async () => {
    const phone = await fixture.newPhone();
    await fixture.errcode(40164);
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.name, 'YaoshiError');
    assert.equal(error.code, 'wechat_refused_address');
    assert.equal(error.recover, 'operator');
    assert.equal(error.status, 502);
    assert.match(error.requestId ?? '', /^[0-9a-f-]{10,}$/);
    assert.ok(error.message.length > 10);
    // The calls of an app that WeChat refuses are paused for so long.
    await fixture.wechat.advance(10);
    assert.equal(phone.count(LOGIN), 1);
    assert.deepEqual(phone.runtime.sleeps, []);
  });

  test('if wx.login fails or returns no code', async () => {
    for (const outcome of [
      () => fail('login:fail timeout'),
      async () => ({ errMsg: 'login:ok', code: '' }),
    ]) {
      const phone = await fixture.newPhone();
      interceptCall(phone, 'login', outcome);
      const error = await failure(phone.yaoshi.login());
      assert.equal(error.code, 'wx_login_failed');
      assert.equal(error.recover, 'login_again');
      assert.equal(phone.count('login'), 1);
      assert.equal(phone.count(LOGIN), 0);
      assert.equal((await phone.yaoshi.login()).kind, 'unregistered');
    }
  });

  test('if WeChat does not allow requests to the server', async () => {
    const phone = await fixture.newPhone();
    interceptCall(phone, LOGIN, () => fail('request:fail url not in domain list'));
    const error = await failure(phone.yaoshi.login());
    assert.equal(error.code, 'domain_not_listed');
    assert.equal(error.recover, 'operator');
    assert.equal(phone.count(LOGIN), 1);
  });

  test('if the response is not from Yaoshi', async () => {
    for (const [status, data] of [
      [200, '<html>Welcome to the hotel</html>'],
      [200, null],
      [200, { code: 500, msg: 'maintenance' }],
      [404, { error: 'no such route' }],
    ] as const) {
      const phone = await fixture.newPhone();
      interceptCall(phone, LOGIN, async () => ({
        errMsg: 'request:ok',
        statusCode: status,
        header: {},
        data,
      }));
      const error = await failure(phone.yaoshi.login());
      assert.equal(error.code, 'unexpected_answer');
      assert.equal(error.recover, 'operator');
      assert.equal(error.status, status);
    }
  });
});

describe('the Idempotency-Key', () => {
  const fixture = new Fixture();

  for (const [source, interceptor] of [
    ['comes from wx.getRandomValues', undefined],
    [
      'comes from the clock and random numbers if wx.getRandomValues fails',
      () => fail('getRandomValues:fail not supported'),
    ],
  ] as const) {
    test(source, async () => {
      const sent = [];
      for (const randomValue of [0.1, 0.9]) {
        const phone = await fixture.newPhone();
        phone.runtime.randomValue = randomValue;
        if (interceptor) {
          interceptCall(phone, 'getRandomValues', interceptor);
        }
        await phone.yaoshi.login();
        sent.push(...keys(phone));
      }
      assert.equal(new Set(sent).size, 2);
      for (const key of sent) {
        assert.match(key, /^[0-9a-z-]{8,128}$/);
      }
    });
  }

  test('does not need a base library with wx.getRandomValues', async () => {
    const phone = await fixture.newPhone();
    const { getRandomValues: _missing, ...old } = phone.wx;
    await phone.page({ wx: old }).login();
    assert.match(keys(phone)[0] ?? '', /^[0-9a-z-]{8,128}$/);
  });
});

/** The Idempotency-Keys of all login requests. */
function keys(phone: Phone): string[] {
  return phone
    .optionsOf(LOGIN)
    .map(({ header }) => (header as Record<string, string>)['Idempotency-Key'] ?? '');
}
