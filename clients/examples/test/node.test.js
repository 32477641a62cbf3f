import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, afterEach, before, describe, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { simulatedWx } from 'simulated-wx';
import { createYaoshi } from 'yaoshi-miniprogram';
import { startYaoshi } from 'yaoshi-testing';
import { createShop } from '../../../examples/node/shop.js';

const SERVICE = { id: 'shop', secret: 'a-secret-of-thirty-two-characters' };
/** The offer of `yaoshi dev`. */
const OFFER_ID = '1450000001';
const CHECK_SESSION = '/wxa/checksession';

let server;
let shop;
const shops = [];

before(async () => {
  server = await startYaoshi({
    env: {
      YAOSHI_SERVICE__ID: SERVICE.id,
      YAOSHI_SERVICE__SECRET: SERVICE.secret,
      YAOSHI_SERVICE__SCOPES: 'sign',
    },
  });
  shop = await open();
});
afterEach(() => server.wechat.clearFaults());
after(async () => {
  for (const opened of shops) {
    opened.close();
    opened.closeAllConnections();
  }
  await server?.stop();
});

/** Opens a shop and returns its URL. */
async function open(options = {}) {
  const opened = createShop({ yaoshi: server.baseUrl, offerId: OFFER_ID, env: 1, ...SERVICE, ...options });
  shops.push(opened);
  await once(opened.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${opened.address().port}`;
}

/** A phone whose user is logged in, and what its Mini Program does. */
async function phone() {
  const { baseUrl, appId, wechat } = server;
  const userId = await wechat.createUser();
  const wx = simulatedWx({ simulator: wechat.url, appId, userId });
  const yaoshi = createYaoshi({ baseUrl, appId, wx, origins: [shop] });
  await yaoshi.login();
  let logins = 1;
  yaoshi.on('state', ({ kind }) => {
    logins += kind === 'logging_in' ? 1 : 0;
  });
  return {
    wx,
    logins: () => logins,
    rotate: () => wechat.rotate(userId, appId),
    token: () => JSON.parse([...wx.simulatedStorage.values()][0]).token,
    order: (product_id = 'sword') =>
      yaoshi
        .request({ url: `${shop}/orders`, method: 'POST', data: { product_id } })
        .then(({ statusCode, data }) => {
          assert.equal(statusCode, 201);
          return data;
        }),
  };
}

/** Posts an order without the client. */
async function post(body, { token, url = shop } = {}) {
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: token ? { authorization: `Bearer ${token}` } : {},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const type = response.headers.get('content-type');
  return { status: response.status, type, headers: response.headers, body: await response.json() };
}

/** Runs `action` without its expected errors in the log. */
async function quietly(action) {
  const log = mock.method(console, 'error', () => {});
  try {
    return await action();
  } finally {
    assert.equal(log.mock.callCount(), 1);
    log.mock.restore();
  }
}

describe('an order', () => {
  test('is paid in the Mini Program', async () => {
    const { order, wx } = await phone();
    const { errMsg } = await wx.requestVirtualPayment(await order());
    assert.equal(errMsg, 'requestVirtualPayment:ok');
  });

  test('has a number of its own, and the price of the shop', async () => {
    const { order, token } = await phone();
    const [one, other] = [await order('sword'), await order('shield')].map(({ signData }) =>
      JSON.parse(signData),
    );
    assert.notEqual(one.outTradeNo, other.outTradeNo);
    assert.deepEqual([one.goodsPrice, other.goodsPrice], [600, 450]);
    const cheap = await post({ product_id: 'sword', price: 1, goodsPrice: 1 }, { token: token() });
    assert.equal(JSON.parse(cheap.body.signData).goodsPrice, 600);
  });

  test('is signed after a login if WeChat replaced the session_key', async () => {
    const { order, wx, rotate, logins } = await phone();
    await rotate();
    const paid = await wx.requestVirtualPayment(await order());
    assert.equal(paid.errMsg, 'requestVirtualPayment:ok');
    assert.equal(logins(), 2);
  });

  test('is refused by WeChat if the key turns before the payment, and paid at the second attempt', async () => {
    const { order, wx, rotate, logins } = await phone();
    const signed = await order();
    await rotate();
    await assert.rejects(wx.requestVirtualPayment(signed), { errCode: -15005 });
    assert.equal((await wx.requestVirtualPayment(await order())).errMsg, 'requestVirtualPayment:ok');
    assert.equal(logins(), 2);
  });

  test('needs a token', async () => {
    const { status, type, body } = await post({ product_id: 'sword' });
    assert.deepEqual([status, type, body.recover], [401, 'application/problem+json', 'login_again']);
  });

  test('needs the token of a session', async () => {
    const { status, body } = await post({ product_id: 'sword' }, { token: `ys_${'A'.repeat(43)}` });
    assert.deepEqual([status, body.recover], [409, 'login_again']);
  });

  test('is signed after a login if the session has ended', async () => {
    const { order, logins, token } = await phone();
    const authorization = `Bearer ${token()}`;
    await fetch(`${server.baseUrl}/v1/session`, { method: 'DELETE', headers: { authorization } });
    await order();
    assert.equal(logins(), 2);
  });

  test('is for what the shop sells', async () => {
    const { token } = await phone();
    for (const body of [
      { product_id: 'crown' },
      { product_id: ['sword'] },
      {},
      'null',
      '',
      '{',
      ' '.repeat(1001),
    ]) {
      const { status, body: problem } = await post(body, { token: token() });
      assert.deepEqual([status, problem.recover], [404, 'fix_request'], JSON.stringify(body));
    }
  });

  test('is refused while WeChat cannot be asked about the key, and the client hears when to ask again', async () => {
    const { token } = await phone();
    await server.wechat.setFaults([{ endpoint: CHECK_SESSION, kind: 'errcode', errcode: -1 }]);
    const { status, headers, body } = await post({ product_id: 'sword' }, { token: token() });
    assert.deepEqual([status, body.recover], [503, 'retry']);
    assert.ok(Number(headers.get('retry-after')) > 0);
    assert.ok(body.request_id);
  });

  test('is not signed for a shop with a wrong secret, and the client hears no more than that', async () => {
    const { token } = await phone();
    const url = await open({ secret: 'another-secret-of-thirty-two-characters' });
    const { status, body } = await quietly(() => post({ product_id: 'sword' }, { token: token(), url }));
    assert.equal(status, 502);
    assert.deepEqual(body, { code: 'order_not_signed', recover: 'operator' });
  });

  test('is to be tried again if Yaoshi does not answer', async () => {
    const { token } = await phone();
    const url = await open({ yaoshi: 'http://127.0.0.1:1' });
    const { status, body } = await quietly(() => post({ product_id: 'sword' }, { token: token(), url }));
    assert.deepEqual([status, body.recover], [503, 'retry']);
  });

  test('has the only route', async () => {
    assert.equal((await fetch(`${shop}/orders`)).status, 404);
    assert.equal((await fetch(shop, { method: 'POST' })).status, 404);
  });
});

describe('the program', () => {
  const script = fileURLToPath(new URL('../../../examples/node/server.js', import.meta.url));
  const start = (env) => spawn(process.execPath, [script], { env: { PATH: process.env.PATH, ...env } });

  test('sells with the credentials in its environment', async () => {
    const child = start({
      LOGIN_SERVER: server.baseUrl,
      SERVICE_ID: SERVICE.id,
      SERVICE_SECRET: SERVICE.secret,
      OFFER_ID,
      PORT: '0',
    });
    try {
      const [line] = await once(createInterface(child.stdout), 'line');
      const { token } = await phone();
      const { status } = await post(
        { product_id: 'sword' },
        { token: token(), url: /http:\S+/.exec(line)[0] },
      );
      assert.equal(status, 201);
    } finally {
      child.kill();
    }
  });

  test('does not start without them', async () => {
    const child = start({ LOGIN_SERVER: server.baseUrl, SERVICE_ID: SERVICE.id });
    const [line] = await once(createInterface(child.stderr), 'line');
    assert.equal(line, 'SERVICE_SECRET is missing: see README.md');
    const [code] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode];
    assert.equal(code, 1);
  });
});
