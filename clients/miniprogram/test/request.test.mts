import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { WxResult } from 'simulated-wx';
import type { User } from '../dist/index.js';
import {
  cutOff,
  fail,
  failure,
  gatewayAnswers,
  happensBefore,
  loseAnswers,
  meddle,
  World,
} from './world.mjs';

/** What Yaoshi answers where its gate refuses a request that may come again. */
function busy(header: Record<string, string> = {}): WxResult {
  const data = { code: 'overloaded', recover: 'retry', request_id: 'r-1', detail: 'Too many.', status: 503 };
  return { errMsg: 'request:ok', statusCode: 503, header, data };
}

describe('a request', () => {
  const world = new World();

  test('carries the token, relative to the server or absolute at it', async () => {
    const phone = await world.user();
    const { baseUrl } = world.server;
    for (const url of ['/v1/me', 'v1/me', `${baseUrl}/v1/me`, `${baseUrl.replace('http', 'HTTP')}/v1/me`]) {
      const { statusCode, data } = await phone.yaoshi.request<User>({ url });
      assert.equal(statusCode, 200);
      assert.equal(data.nickname, '阿明 🌱');
    }
  });

  test('logs in first where nobody is logged in', async () => {
    const phone = await world.stranger();
    const { data } = await phone.yaoshi.request<{ state: string }>({ url: '/v1/session' });
    assert.equal(data.state, 'unregistered');
  });

  test('hands over method, data, headers and time-out', async () => {
    const phone = await world.user();
    const data = { nickname: '小红' };
    const answer = await phone.yaoshi.request<User>({
      url: '/v1/me',
      method: 'POST',
      data,
      header: { 'X-Trace': 'a' },
      timeout: 5000,
    });
    assert.equal(answer.data.nickname, '小红');
    const [sent] = phone.requests('POST /v1/me');
    assert.deepEqual(sent?.data, data);
    assert.equal(sent?.timeout, 5000);
    assert.equal((sent?.header as Record<string, string> | undefined)?.['X-Trace'], 'a');
  });

  test('carries one token, whatever the app wrote under that name', async () => {
    const phone = await world.user();
    for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
      const { statusCode } = await phone.yaoshi.request({ url: '/v1/me', header: { [name]: 'Bearer old' } });
      assert.equal(statusCode, 200);
    }
    for (const { header } of phone.requests('GET /v1/me')) {
      assert.deepEqual(header, { Authorization: `Bearer ${phone.token}` });
    }
    assert.equal(phone.count('login'), 0);
  });

  test('on a session that was ended under way logs in and is repeated once', async () => {
    const phone = await world.user();
    happensBefore(phone, 'GET /v1/me', () => phone.ask(phone.token ?? '', 'DELETE /v1/session'));
    const { statusCode } = await phone.yaoshi.request({ url: '/v1/me' });
    assert.equal(statusCode, 200);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.count('GET /v1/me'), 2);
  });

  test('that is refused again rejects: once is enough', async () => {
    const phone = await world.user();
    happensBefore(phone, 'GET /v1/me', () => phone.ask(phone.token ?? '', 'DELETE /v1/session'), 100);
    const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
    assert.equal(error.code, 'session_revoked');
    assert.equal(error.recover, 'login_again');
    assert.equal(error.status, 401);
    assert.ok(error.requestId);
    assert.equal(phone.count('GET /v1/me'), 2);
    assert.equal(phone.count('login'), 1);
  });

  test('takes the token of a login that was faster', async () => {
    const phone = await world.user();
    await phone.ask(phone.token ?? '', 'DELETE /v1/session');
    await Promise.all(Array.from({ length: 5 }, () => phone.yaoshi.request({ url: '/v1/me' })));
    assert.equal(phone.count('login'), 1);
  });

  test('that is told to retry waits as long as it is told, with jitter', async () => {
    const phone = await world.user();
    meddle(phone, 'POST /v1/me', async () => busy({ 'Retry-After': '8' }), 2);
    const answer = await phone.yaoshi.request({ url: '/v1/me', method: 'POST', data: { city: '杭州' } });
    assert.equal(answer.statusCode, 200);
    assert.deepEqual(phone.surroundings.pauses, [9000, 9000]);
  });

  test('that is told so without end rejects', async () => {
    const phone = await world.user();
    meddle(phone, 'GET /v1/me', async () => busy({ 'retry-after': '1' }), 100);
    const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
    assert.equal(error.code, 'overloaded');
    assert.equal(error.recover, 'retry');
    assert.equal(error.requestId, 'r-1');
    assert.equal(error.retryAfter, 1);
    assert.equal(phone.count('GET /v1/me'), 4);
  });

  test('whose answer was lost is repeated, unless it is a POST', async () => {
    const phone = await world.user();
    loseAnswers(phone, 'GET /v1/me');
    await phone.yaoshi.request({ url: '/v1/me' });
    assert.equal(phone.count('GET /v1/me'), 2);

    loseAnswers(phone, 'POST /v1/me');
    const post = { url: '/v1/me', method: 'POST', data: { city: '杭州' } } as const;
    const error = await failure(phone.yaoshi.request(post));
    assert.equal(error.code, 'network');
    assert.equal(phone.count('POST /v1/me'), 1);

    loseAnswers(phone, 'POST /v1/me');
    await phone.yaoshi.request({ ...post, repeatable: true });
    assert.equal(phone.count('POST /v1/me'), 3);
    const [sent] = phone.requests('POST /v1/me');
    assert.equal('repeatable' in (sent ?? {}), false);
  });

  test('that is a POST in small letters is not repeated either', async () => {
    const phone = await world.user();
    loseAnswers(phone, 'post /v1/me');
    const post = { url: '/v1/me', method: 'post' as 'POST', data: { city: '杭州' } };
    assert.equal((await failure(phone.yaoshi.request(post))).code, 'network');
    assert.equal(phone.count('post /v1/me'), 1);
  });

  test('without a network rejects after a few tries', async () => {
    const phone = await world.user();
    cutOff(phone);
    const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
    assert.equal(error.code, 'network');
    assert.equal(phone.count('GET /v1/me'), 4);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('that is wrong rejects at once, with the field', async () => {
    const phone = await world.user();
    const error = await failure(
      phone.yaoshi.request({ url: '/v1/me', method: 'POST', data: { nickname: 5 } }),
    );
    assert.equal(error.code, 'wrong_type');
    assert.equal(error.recover, 'fix_request');
    assert.equal(error.field, 'nickname');
    assert.equal(phone.count('POST /v1/me'), 1);
  });

  for (const [recover, code] of [
    ['register', 'not_registered'],
    ['collect_again', 'signature_mismatch'],
    ['operator', 'key_unavailable'],
  ] as const) {
    test(`that is told ${recover} rejects at once: the app must act`, async () => {
      const phone = await world.user();
      const data = { code, recover, detail: 'It is so.', request_id: 'r-2' };
      meddle(phone, 'GET /v1/me', async () => ({ errMsg: 'request:ok', statusCode: 422, header: {}, data }));
      const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
      assert.equal(error.code, code);
      assert.equal(error.recover, recover);
      assert.equal(error.requestId, 'r-2');
      assert.equal(phone.count('GET /v1/me'), 1);
    });
  }

  test('is answered what others answer, whatever the status', async () => {
    const phone = await world.user();
    gatewayAnswers(phone, 'GET /v1/me', { status: 500 });
    const answer = await phone.yaoshi.request<string>({ url: '/v1/me' });
    assert.equal(answer.statusCode, 500);
    assert.match(answer.data, /Oops/);
  });
});

describe('a token is not for strangers', () => {
  const world = new World();
  let url = '';
  const tokens: (string | undefined)[] = [];
  let refusals = 0;
  const backEnd = createServer((request, response) => {
    tokens.push(request.headers.authorization);
    response.statusCode = refusals-- > 0 ? 401 : 200;
    response.end(JSON.stringify({ orders: 3 }));
  });
  before(async () => {
    await new Promise<void>((resolve) => {
      backEnd.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(backEnd.address() as AddressInfo).port}`;
  });
  after(() => {
    backEnd.closeAllConnections();
    backEnd.close();
  });

  test('but for the back ends that the app names', async () => {
    const phone = await world.user({ origins: [`${url}/`] });
    const { data } = await phone.yaoshi.request<{ orders: number }>({ url: `${url}/orders` });
    assert.equal(data.orders, 3);
    assert.equal(tokens.at(-1), `Bearer ${phone.token}`);
  });

  test('whose bare 401 is a matter of the token only if Yaoshi says so', async () => {
    const phone = await world.user({ origins: [url] });
    refusals = 1;
    const refused = await phone.yaoshi.request({ url: `${url}/orders` });
    assert.equal(refused.statusCode, 401);
    assert.equal(phone.count('login'), 0);

    await phone.ask(phone.token ?? '', 'DELETE /v1/session');
    refusals = 1;
    const { statusCode } = await phone.yaoshi.request({ url: `${url}/orders` });
    assert.equal(statusCode, 200);
    assert.equal(phone.count('login'), 1);
    assert.equal(tokens.at(-1), `Bearer ${phone.token}`);
  });

  test('and nobody else gets it', async () => {
    const phone = await world.user({ origins: ['https://api.example.com'] });
    const asked = tokens.length;
    for (const stranger of [
      `${url}/orders`,
      'https://evil.example.com/orders',
      'https://api.example.com.evil.com/',
      'https://api.example.com@evil.com/',
      'https://api.example.com:8443/',
      'http://api.example.com/',
      'https://api.example.com\\@evil.com/',
      'https:evil.com',
      'wss://api.example.com/',
      'data:text/plain,a',
    ]) {
      const error = await failure(phone.yaoshi.request({ url: stranger }));
      assert.equal(error.code, 'foreign_origin', stranger);
      assert.equal(error.recover, 'fix_request');
    }
    assert.equal(tokens.length, asked);
    assert.deepEqual(phone.calls, []);
  });

  test('not by way of an address without a scheme either', async () => {
    const phone = await world.user();
    await phone.yaoshi.request({ url: '//evil.example.com/orders' }).catch(() => undefined);
    for (const { url } of phone.seen.map(({ options }) => options)) {
      assert.ok(url === undefined || String(url).startsWith(`${world.server.baseUrl}/`), String(url));
    }
  });

  test('and named origins may say their port or not', async () => {
    const phone = await world.user({ origins: ['https://api.example.com:443', 'HTTP://Other.Example.com'] });
    for (const address of ['https://API.example.com/a', 'http://other.example.com:80?a']) {
      meddle(phone, `GET ${new URL(address).pathname}`, () => fail('request:fail no such host'), 4);
      assert.equal((await failure(phone.yaoshi.request({ url: address }))).code, 'network');
    }
  });
});
