import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { WxResult } from 'simulated-wx';
import type { User } from '../dist/index.js';
import {
  beforeCall,
  disconnect,
  Fixture,
  fail,
  failure,
  interceptCall,
  loseResponses,
  respondAsGateway,
} from './fixture.mjs';

/** Yaoshi's response when it is overloaded. */
function busy(header: Record<string, string> = {}): WxResult {
  const data = { code: 'overloaded', recover: 'retry', request_id: 'r-1', detail: 'Too many.', status: 503 };
  return { errMsg: 'request:ok', statusCode: 503, header, data };
}

describe('a request', () => {
  const fixture = new Fixture();

  test('carries the token, with a relative or an absolute URL of the server', async () => {
    const phone = await fixture.registeredPhone();
    const { baseUrl } = fixture.server;
    for (const url of ['/v1/me', 'v1/me', `${baseUrl}/v1/me`, `${baseUrl.replace('http', 'HTTP')}/v1/me`]) {
      const { statusCode, data } = await phone.yaoshi.request<User>({ url });
      assert.equal(statusCode, 200);
      assert.equal(data.nickname, '阿明 🌱');
    }
  });

  test('logs in first if needed', async () => {
    const phone = await fixture.newPhone();
    const { data } = await phone.yaoshi.request<{ state: string }>({ url: '/v1/session' });
    assert.equal(data.state, 'unregistered');
  });

  test('passes on method, data, headers and timeout', async () => {
    const phone = await fixture.registeredPhone();
    const data = { nickname: '小红' };
    const response = await phone.yaoshi.request<User>({
      url: '/v1/me',
      method: 'POST',
      data,
      header: { 'X-Trace': 'a' },
      timeout: 5000,
    });
    assert.equal(response.data.nickname, '小红');
    const [sent] = phone.optionsOf('POST /v1/me');
    assert.deepEqual(sent?.data, data);
    assert.equal(sent?.timeout, 5000);
    assert.equal((sent?.header as Record<string, string> | undefined)?.['X-Trace'], 'a');
  });

  test('replaces an Authorization header of the app', async () => {
    const phone = await fixture.registeredPhone();
    for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
      const { statusCode } = await phone.yaoshi.request({ url: '/v1/me', header: { [name]: 'Bearer old' } });
      assert.equal(statusCode, 200);
    }
    for (const { header } of phone.optionsOf('GET /v1/me')) {
      assert.deepEqual(header, { Authorization: `Bearer ${phone.token}` });
    }
    assert.equal(phone.count('login'), 0);
  });

  test('is repeated once after a login if the session has ended', async () => {
    const phone = await fixture.registeredPhone();
    beforeCall(phone, 'GET /v1/me', () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'));
    const { statusCode } = await phone.yaoshi.request({ url: '/v1/me' });
    assert.equal(statusCode, 200);
    assert.equal(phone.count('login'), 1);
    assert.equal(phone.count('GET /v1/me'), 2);
  });

  test('rejects if it is refused again', async () => {
    const phone = await fixture.registeredPhone();
    beforeCall(phone, 'GET /v1/me', () => phone.statusOf(phone.token ?? '', 'DELETE /v1/session'), 100);
    const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
    assert.equal(error.code, 'session_revoked');
    assert.equal(error.recover, 'login_again');
    assert.equal(error.status, 401);
    assert.ok(error.requestId);
    assert.equal(phone.count('GET /v1/me'), 2);
    assert.equal(phone.count('login'), 1);
  });

  test('uses the token of a login that another request started', async () => {
    const phone = await fixture.registeredPhone();
    await phone.statusOf(phone.token ?? '', 'DELETE /v1/session');
    await Promise.all(Array.from({ length: 5 }, () => phone.yaoshi.request({ url: '/v1/me' })));
    assert.equal(phone.count('login'), 1);
  });

  test('is retried after Retry-After, with jitter', async () => {
    const phone = await fixture.registeredPhone();
    interceptCall(phone, 'POST /v1/me', async () => busy({ 'Retry-After': '8' }), 2);
    const response = await phone.yaoshi.request({ url: '/v1/me', method: 'POST', data: { city: '杭州' } });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(phone.runtime.sleeps, [9000, 9000]);
  });

  test('rejects after a bounded number of retries', async () => {
    const phone = await fixture.registeredPhone();
    interceptCall(phone, 'GET /v1/me', async () => busy({ 'retry-after': '1' }), 100);
    const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
    assert.equal(error.code, 'overloaded');
    assert.equal(error.recover, 'retry');
    assert.equal(error.requestId, 'r-1');
    assert.equal(error.retryAfter, 1);
    assert.equal(phone.count('GET /v1/me'), 4);
  });

  test('is repeated if the response is lost, unless it is a POST', async () => {
    const phone = await fixture.registeredPhone();
    loseResponses(phone, 'GET /v1/me');
    await phone.yaoshi.request({ url: '/v1/me' });
    assert.equal(phone.count('GET /v1/me'), 2);

    loseResponses(phone, 'POST /v1/me');
    const post = { url: '/v1/me', method: 'POST', data: { city: '杭州' } } as const;
    const error = await failure(phone.yaoshi.request(post));
    assert.equal(error.code, 'network');
    assert.equal(phone.count('POST /v1/me'), 1);

    loseResponses(phone, 'POST /v1/me');
    await phone.yaoshi.request({ ...post, repeatable: true });
    assert.equal(phone.count('POST /v1/me'), 3);
    const [sent] = phone.optionsOf('POST /v1/me');
    assert.equal('repeatable' in (sent ?? {}), false);
  });

  test('is not repeated if it is a lower-case post', async () => {
    const phone = await fixture.registeredPhone();
    loseResponses(phone, 'post /v1/me');
    const post = { url: '/v1/me', method: 'post' as 'POST', data: { city: '杭州' } };
    assert.equal((await failure(phone.yaoshi.request(post))).code, 'network');
    assert.equal(phone.count('post /v1/me'), 1);
  });

  test('rejects after a few attempts without a network', async () => {
    const phone = await fixture.registeredPhone();
    disconnect(phone);
    const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
    assert.equal(error.code, 'network');
    assert.equal(phone.count('GET /v1/me'), 4);
    assert.equal(phone.yaoshi.state.kind, 'registered');
  });

  test('rejects at once with the field if it is invalid', async () => {
    const phone = await fixture.registeredPhone();
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
    test(`rejects at once on ${recover}, which the app must handle`, async () => {
      const phone = await fixture.registeredPhone();
      const data = { code, recover, detail: 'It is so.', request_id: 'r-2' };
      interceptCall(phone, 'GET /v1/me', async () => ({
        errMsg: 'request:ok',
        statusCode: 422,
        header: {},
        data,
      }));
      const error = await failure(phone.yaoshi.request({ url: '/v1/me' }));
      assert.equal(error.code, code);
      assert.equal(error.recover, recover);
      assert.equal(error.requestId, 'r-2');
      assert.equal(phone.count('GET /v1/me'), 1);
    });
  }

  test('returns a response that is not from Yaoshi, whatever its status', async () => {
    const phone = await fixture.registeredPhone();
    respondAsGateway(phone, 'GET /v1/me', { status: 500 });
    const response = await phone.yaoshi.request<string>({ url: '/v1/me' });
    assert.equal(response.statusCode, 500);
    assert.match(response.data, /Oops/);
  });
});

describe('the token', () => {
  const fixture = new Fixture();
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

  test('is sent to the back ends in origins', async () => {
    const phone = await fixture.registeredPhone({ origins: [`${url}/`] });
    const { data } = await phone.yaoshi.request<{ orders: number }>({ url: `${url}/orders` });
    assert.equal(data.orders, 3);
    assert.equal(tokens.at(-1), `Bearer ${phone.token}`);
  });

  test('is renewed after the 401 of a back end only if Yaoshi refuses it, too', async () => {
    const phone = await fixture.registeredPhone({ origins: [url] });
    refusals = 1;
    const refused = await phone.yaoshi.request({ url: `${url}/orders` });
    assert.equal(refused.statusCode, 401);
    assert.equal(phone.count('login'), 0);

    await phone.statusOf(phone.token ?? '', 'DELETE /v1/session');
    refusals = 1;
    const { statusCode } = await phone.yaoshi.request({ url: `${url}/orders` });
    assert.equal(statusCode, 200);
    assert.equal(phone.count('login'), 1);
    assert.equal(tokens.at(-1), `Bearer ${phone.token}`);
  });

  test('is not sent to any other origin', async () => {
    const phone = await fixture.registeredPhone({ origins: ['https://api.example.com'] });
    const received = tokens.length;
    for (const foreign of [
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
      const error = await failure(phone.yaoshi.request({ url: foreign }));
      assert.equal(error.code, 'foreign_origin', foreign);
      assert.equal(error.recover, 'fix_request');
    }
    assert.equal(tokens.length, received);
    assert.deepEqual(phone.calls, []);
  });

  test('is not sent to another origin by a URL without a scheme', async () => {
    const phone = await fixture.registeredPhone();
    await phone.yaoshi.request({ url: '//evil.example.com/orders' }).catch(() => undefined);
    for (const { url } of phone.recorded.map(({ options }) => options)) {
      assert.ok(url === undefined || String(url).startsWith(`${fixture.server.baseUrl}/`), String(url));
    }
  });

  test('is sent to an origin with or without its default port', async () => {
    const phone = await fixture.registeredPhone({
      origins: ['https://api.example.com:443', 'HTTP://Other.Example.com'],
    });
    for (const address of ['https://API.example.com/a', 'http://other.example.com:80?a']) {
      interceptCall(phone, `GET ${new URL(address).pathname}`, () => fail('request:fail no such host'), 4);
      assert.equal((await failure(phone.yaoshi.request({ url: address }))).code, 'network');
    }
  });
});
