// A payment from the Mini Program to the delivery: the simulated WeChat reports it to the server, which passes the
// message on to the back end of `examples/node`.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { simulatedWx } from 'simulated-wx';
import { createYaoshi } from 'yaoshi-miniprogram';
import { startYaoshi } from 'yaoshi-testing';
import { createShop } from '../../../examples/node/shop.js';
import { freePort } from './fixture.js';

const SERVICE = { id: 'shop', secret: 'a-secret-of-thirty-two-characters' };
/** The offer of `yaoshi dev`. */
const OFFER_ID = '1450000001';
const SECRET = `whsec_${randomBytes(32).toString('base64')}`;
/** How long a delivery may take, in milliseconds of the real time. */
const TIMEOUT = 10_000;

let folder;
let ordersFile;
let port;
let server;
let shop;

before(async () => {
  // The program says what it delivers.
  mock.method(console, 'log', () => {});
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-shop-'));
  ordersFile = join(folder, 'orders.jsonl');
  const secretFile = join(folder, 'push-secret');
  await writeFile(secretFile, `${SECRET}\n`, { mode: 0o600 });
  port = await freePort();
  server = await startYaoshi({
    env: {
      YAOSHI_SERVICE__ID: SERVICE.id,
      YAOSHI_SERVICE__SECRET: SERVICE.secret,
      YAOSHI_SERVICE__SCOPES: 'sign',
      YAOSHI_APP__PUSH_RELAY_URL: `http://127.0.0.1:${port}/wechat`,
      YAOSHI_APP__PUSH_RELAY_SECRET_FILES: secretFile,
      YAOSHI_APP__PUSH_RELAY_ALLOW_PRIVATE: 'true',
    },
  });
  await open();
});
after(async () => {
  close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the shop where the server sends messages. */
async function open(options = {}) {
  const settings = { yaoshi: server.baseUrl, offerId: OFFER_ID, env: 1, ...SERVICE, ordersFile };
  shop = createShop({ ...settings, pushSecret: SECRET, ...options });
  await once(shop.listen(port, '127.0.0.1'), 'listening');
}

function close() {
  shop?.close();
  shop?.closeAllConnections();
}

/** A phone whose user is logged in, and what its Mini Program does. */
async function phone() {
  const { baseUrl, appId, wechat } = server;
  const userId = await wechat.createUser();
  const wx = simulatedWx({ simulator: wechat.url, appId, userId });
  const url = `http://127.0.0.1:${port}`;
  const yaoshi = createYaoshi({ baseUrl, appId, wx, origins: [url] });
  await yaoshi.login();
  const order = async (product_id = 'sword') => {
    const { statusCode, data } = await yaoshi.request({
      url: `${url}/orders`,
      method: 'POST',
      data: { product_id },
    });
    assert.equal(statusCode, 201);
    return data;
  };
  const pay = async (order) => {
    const { errMsg } = await wx.requestVirtualPayment(order);
    assert.equal(errMsg, 'requestVirtualPayment:ok');
    return JSON.parse(order.signData).outTradeNo;
  };
  return { order, pay };
}

/** WeChat's messages, newest last, with what the server answered to each attempt. */
async function pushes() {
  const response = await fetch(`${server.wechat.url}/sim/pushes`);
  return (await response.json()).pushes;
}

/** Waits until `find` returns something. */
async function eventually(find) {
  for (const deadline = Date.now() + TIMEOUT; ; await sleep(20)) {
    const found = await find();
    if (found) {
      return found;
    }
    assert.ok(Date.now() < deadline, server.log());
  }
}

/** The message about an order, once WeChat has it accepted. */
function accepted(number) {
  return eventually(async () =>
    (await pushes()).find(({ message, state }) => message.OutTradeNo === number && state === 'accepted'),
  );
}

/** How often an order was delivered, and to whom. */
async function deliveries(number) {
  const lines = (await readFile(ordersFile, 'utf8')).split('\n').slice(0, -1);
  const changes = lines.map((line) => JSON.parse(line));
  return changes.filter((change) => change.number === number && change.state === 'delivered');
}

/** Runs `action` without its expected errors in the log. */
async function quietly(action) {
  const log = mock.method(console, 'error', () => {});
  try {
    return await action();
  } finally {
    assert.ok(log.mock.callCount() > 0);
    log.mock.restore();
  }
}

test('what is paid in the Mini Program is delivered once, to the user who paid', async () => {
  const { order, pay } = await phone();
  const number = await pay(await order());
  const { message, attempts } = await accepted(number);
  assert.equal(message.Event, 'xpay_goods_deliver_notify');
  assert.equal(attempts.length, 1);
  const [{ openid }, ...others] = await deliveries(number);
  assert.equal(openid, message.OpenId);
  assert.deepEqual(others, []);
});

test('what WeChat reports twice is delivered once', async () => {
  const { order, pay } = await phone();
  const number = await pay(await order('shield'));
  const { app_id, event, message } = await accepted(number);
  const { OpenId, OutTradeNo, Env, GoodsInfo } = message;
  // At another time, so that it is another message to the server.
  const fields = { OpenId, OutTradeNo, Env, GoodsInfo, CreateTime: message.CreateTime + 1 };
  const response = await fetch(`${server.wechat.url}/sim/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app_id, event, fields, delivery: { duplicate: true } }),
  });
  const again = await response.json();
  assert.equal(again.state, 'accepted');
  assert.equal(again.attempts.length, 2);
  assert.equal((await deliveries(number)).length, 1);
});

test('what is paid while the back end is down is delivered once it is up', async () => {
  const { order, pay } = await phone();
  const ordered = await order();
  close();
  const number = await pay(ordered);
  const refused = await eventually(async () =>
    (await pushes()).find(({ message, attempts }) => message.OutTradeNo === number && attempts.length > 0),
  );
  assert.equal(refused.state, 'pending');
  assert.deepEqual(await deliveries(number), []);
  await open();
  // WeChat sends it again after two seconds.
  await server.wechat.advance(2);
  await accepted(number);
  assert.equal((await deliveries(number)).length, 1);
});

test('what was not ordered is not delivered, and WeChat is not told so', async () => {
  const number = '0'.repeat(32);
  const state = await quietly(async () => {
    const response = await fetch(`${server.wechat.url}/sim/push`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        app_id: server.appId,
        event: 'xpay_goods_deliver_notify',
        fields: { OpenId: 'oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH', OutTradeNo: number, Env: 1 },
      }),
    });
    return (await response.json()).state;
  });
  assert.equal(state, 'pending');
  assert.deepEqual(await deliveries(number), []);
});
