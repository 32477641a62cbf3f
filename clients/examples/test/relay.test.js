// What the back end of `examples/node` does with WeChat's messages, which Yaoshi passes on. Here the test is Yaoshi.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, beforeEach, describe, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createShop } from '../../../examples/node/shop.js';
import { examplePath } from './fixture.js';

const SECRET = newSecret();
const ENV = 1;
const OPENID = 'oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH';
const SERVICE = { id: 'shop', secret: 'a-secret-of-thirty-two-characters' };

/** Signs whatever it is given, as Yaoshi's route for signatures does. */
const signer = createServer(async (request, response) => {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
  }
  const { sign_data } = JSON.parse(text);
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ sign_data, signature: '0'.repeat(64), pay_sig: '0'.repeat(64) }));
});

let yaoshi;
let folder;
let ordersFile;
let shop;
let log;
const shops = [];

before(async () => {
  await once(signer.listen(0, '127.0.0.1'), 'listening');
  yaoshi = `http://127.0.0.1:${signer.address().port}`;
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-shop-'));
});
beforeEach(async () => {
  log = { error: mock.method(console, 'error', () => {}), log: mock.method(console, 'log', () => {}) };
  ordersFile = join(folder, `${randomUUID()}.jsonl`);
  shop = await open();
});
afterEach(() => {
  mock.restoreAll();
  close();
});
after(async () => {
  signer.close();
  signer.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

function newSecret() {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** Opens a shop and returns its URL. */
async function open(options = {}) {
  const settings = { yaoshi, offerId: '1450000001', env: ENV, ...SERVICE, pushSecret: SECRET, ordersFile };
  const opened = createShop({ ...settings, ...options });
  shops.push(opened);
  await once(opened.listen(0, '127.0.0.1'), 'listening');
  return `http://127.0.0.1:${opened.address().port}`;
}

function close() {
  for (const opened of shops.splice(0)) {
    opened.close();
    opened.closeAllConnections();
  }
}

/** Orders, and returns what was signed. */
async function order(url = shop, product_id = 'sword') {
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { authorization: `Bearer ys_${'A'.repeat(43)}` },
    body: JSON.stringify({ product_id }),
  });
  assert.equal(response.status, 201);
  return JSON.parse((await response.json()).signData);
}

/** WeChat's message that an order is paid. */
function paid({ outTradeNo, productId, buyQuantity, goodsPrice, env }, fields = {}) {
  return {
    ToUserName: 'gh_6fb0e0d5a1b2',
    FromUserName: 'oplatform',
    CreateTime: 1_790_000_000,
    MsgType: 'event',
    Event: 'xpay_goods_deliver_notify',
    OpenId: OPENID,
    OutTradeNo: outTradeNo,
    Env: env,
    WeChatPayInfo: { MchOrderNo: 'M1', TransactionId: 'T1', PaidTime: 1_790_000_000 },
    GoodsInfo: {
      ProductId: productId,
      Quantity: buyQuantity,
      OrigPrice: goodsPrice,
      ActualPrice: goodsPrice,
      Attach: '',
    },
    ...fields,
  };
}

/** The body that Yaoshi sends. */
function relayed(message) {
  const data = { app_id: 'wx0123456789abcdef', message };
  return JSON.stringify({ type: 'wechat.push', timestamp: new Date().toISOString(), data });
}

/** The signature of Standard Webhooks. */
function signature(secret, id, timestamp, body) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
}

/** The headers that Yaoshi sends, signed with each of the secrets. */
function signedHeaders(body, { secrets = [SECRET], age = 0, id = `msg_${randomUUID()}` } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signatures = secrets.map((secret) => signature(secret, id, timestamp, body));
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/** Posts a body as Yaoshi does, by default signed as it should be, and returns status and text. */
async function post(body, { url = shop, headers = signedHeaders(body) } = {}) {
  const response = await fetch(`${url}/wechat`, { method: 'POST', headers, body });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

/** The changes on record: the whole lines of the file. */
async function changes() {
  const lines = (await readFile(ordersFile, 'utf8')).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}

/** The numbers of the orders that were delivered, once for each delivery. */
async function deliveries() {
  return (await changes()).filter(({ state }) => state === 'delivered').map(({ number }) => number);
}

function assertSuccess({ status, type, text }) {
  assert.deepEqual([status, type, text], [200, 'text/plain', 'success']);
}

/** Asserts that the answer is a problem, and nothing is delivered. */
async function assertRefused({ status, type, text }, expected, what) {
  assert.equal(status, expected, what);
  assert.equal(type, 'application/problem+json', what);
  assert.equal(JSON.parse(text).recover, 'operator', what);
  assert.deepEqual(await deliveries(), [], what);
}

describe('a payment', () => {
  test('is delivered to the user who paid', async () => {
    const ordered = await order();
    assertSuccess(await post(relayed(paid(ordered))));
    const delivered = { number: ordered.outTradeNo, state: 'delivered', openid: OPENID };
    assert.deepEqual((await changes()).at(-1), delivered);
    assert.equal(log.log.mock.callCount(), 1);
    assert.equal(log.error.mock.callCount(), 0);
  });

  test('is delivered once, however often it is reported', async () => {
    const ordered = await order();
    const body = relayed(paid(ordered));
    const headers = signedHeaders(body);
    assertSuccess(await post(body, { headers }));
    assertSuccess(await post(body, { headers }));
    // The same payment in another message.
    assertSuccess(await post(relayed(paid(ordered, { CreateTime: 1_790_000_100 }))));
    assert.deepEqual(await deliveries(), [ordered.outTradeNo]);
  });

  test('is delivered once if it is reported 24 times at the same moment', async () => {
    const ordered = await order();
    const body = relayed(paid(ordered));
    const answers = await Promise.all(Array.from({ length: 24 }, () => post(body)));
    answers.forEach(assertSuccess);
    assert.deepEqual(await deliveries(), [ordered.outTradeNo]);
  });

  test('is delivered each for itself', async () => {
    const ordered = [await order(), await order(), await order(shop, 'shield')];
    const answers = await Promise.all(ordered.map((one) => post(relayed(paid(one)))));
    answers.forEach(assertSuccess);
    assert.deepEqual((await deliveries()).sort(), ordered.map(({ outTradeNo }) => outTradeNo).sort());
  });

  test('is delivered if WeChat sends XML, whose numbers are texts', async () => {
    const { buyQuantity, goodsPrice, env, ...ordered } = await order();
    const texts = { buyQuantity: String(buyQuantity), goodsPrice: String(goodsPrice), env: String(env) };
    assertSuccess(await post(relayed(paid({ ...ordered, ...texts }))));
    assert.deepEqual(await deliveries(), [ordered.outTradeNo]);
  });

  test('is delivered if WeChat granted a discount', async () => {
    const ordered = await order();
    const message = paid(ordered);
    message.GoodsInfo.ActualPrice = 1;
    assertSuccess(await post(relayed(message)));
    assert.deepEqual(await deliveries(), [ordered.outTradeNo]);
  });

  test('is not delivered without an order', async () => {
    const ordered = await order();
    const unknown = { ...ordered, outTradeNo: '0'.repeat(32) };
    await assertRefused(await post(relayed(paid(unknown))), 404);
    await assertRefused(await post(relayed(paid(ordered, { OutTradeNo: undefined }))), 404);
    assert.equal(log.error.mock.callCount(), 2);
  });

  test('is not delivered if it is for something else', async () => {
    const ordered = await order();
    const others = [
      { productId: 'shield' },
      { buyQuantity: 2 },
      { goodsPrice: 1 },
      { goodsPrice: null },
      { env: 1 - ENV },
      { env: null },
    ];
    for (const other of others) {
      const answer = await post(relayed(paid({ ...ordered, ...other })));
      await assertRefused(answer, 409, JSON.stringify(other));
    }
    for (const fields of [{ GoodsInfo: undefined }, { GoodsInfo: null }, { OpenId: undefined }]) {
      await assertRefused(await post(relayed(paid(ordered, fields))), 409, Object.keys(fields)[0]);
    }
    assert.equal(log.error.mock.callCount(), 9);
    assertSuccess(await post(relayed(paid(ordered))));
  });

  test('is delivered without a file, too', async () => {
    const url = await open({ ordersFile: undefined });
    const body = relayed(paid(await order(url)));
    assertSuccess(await post(body, { url }));
    assertSuccess(await post(body, { url }));
    assert.equal(log.log.mock.callCount(), 1);
  });
});

describe('a signature', () => {
  test('is made with one of two secrets, while the secret is changed', async () => {
    const ordered = await order();
    const body = relayed(paid(ordered));
    for (const secrets of [
      [newSecret(), SECRET],
      [SECRET, newSecret()],
    ]) {
      assertSuccess(await post(body, { headers: signedHeaders(body, { secrets }) }));
    }
    assert.deepEqual(await deliveries(), [ordered.outTradeNo]);
  });

  test('is refused if it is not that of the request', async () => {
    const body = relayed(paid(await order()));
    const right = signedHeaders(body);
    const changed = (name, value) => ({ ...right, [name]: value });
    const { 'webhook-signature': given, 'webhook-timestamp': timestamp } = right;
    const table = {
      'another secret': signedHeaders(body, { secrets: [newSecret()] }),
      'two other secrets': signedHeaders(body, { secrets: [newSecret(), newSecret()] }),
      'another body': signedHeaders(`${body} `),
      'another id': changed('webhook-id', 'msg_other'),
      'another time': changed('webhook-timestamp', String(Number(timestamp) + 1)),
      'another version': changed('webhook-signature', given.replace('v1,', 'v1a,')),
      'no version': changed('webhook-signature', given.slice('v1,'.length)),
      'a part': changed('webhook-signature', given.slice(0, -1)),
      'more than one': changed('webhook-signature', `${given}=`),
      nothing: changed('webhook-signature', ''),
      'the text of the secret as the key': changed(
        'webhook-signature',
        `v1,${createHmac('sha256', SECRET).update(`${right['webhook-id']}.${timestamp}.${body}`).digest('base64')}`,
      ),
    };
    for (const [what, headers] of Object.entries(table)) {
      await assertRefused(await post(body, { headers }), 401, what);
    }
    assertSuccess(await post(body, { headers: right }));
  });

  test('is refused if the body was changed', async () => {
    const ordered = await order();
    const headers = signedHeaders(relayed(paid({ ...ordered, outTradeNo: '0'.repeat(32) })));
    await assertRefused(await post(relayed(paid(ordered)), { headers }), 401);
  });

  test('covers the bytes of the body, not its JSON', async () => {
    const ordered = await order();
    const body = `${relayed(paid(ordered))}\n`;
    await assertRefused(await post(body, { headers: signedHeaders(body.trim()) }), 401);
    assertSuccess(await post(body));
    const chinese = relayed(paid(ordered, { Attach: '屠龙刀 🗡' }));
    assertSuccess(await post(chinese));
  });

  test('is refused if a header is missing', async () => {
    const body = relayed(paid(await order()));
    for (const name of ['webhook-id', 'webhook-timestamp', 'webhook-signature']) {
      const { [name]: _, ...headers } = signedHeaders(body);
      await assertRefused(await post(body, { headers }), 401, name);
    }
    await assertRefused(await post(body, { headers: {} }), 401, 'all');
  });

  test('is refused if it is older than five minutes, or as far in the future', async () => {
    const body = relayed(paid(await order()));
    for (const age of [310, 86_400, -310]) {
      await assertRefused(await post(body, { headers: signedHeaders(body, { age }) }), 401, String(age));
    }
    for (const age of [290, -290]) {
      assertSuccess(await post(body, { headers: signedHeaders(body, { age }) }));
    }
  });

  test('is refused if its time is no number of seconds', async () => {
    const body = relayed(paid(await order()));
    const seconds = Math.floor(Date.now() / 1000);
    for (const timestamp of [
      `${seconds}.0`,
      `+${seconds}`,
      `${seconds}e0`,
      'now',
      'NaN',
      `${seconds * 1000}`,
    ]) {
      const headers = signedHeaders(body);
      headers['webhook-timestamp'] = timestamp;
      headers['webhook-signature'] = signature(SECRET, headers['webhook-id'], timestamp, body);
      await assertRefused(await post(body, { headers }), 401, timestamp);
    }
  });

  test('needs a secret', async () => {
    const without = await open({ pushSecret: undefined, ordersFile: undefined });
    const { status, text } = await post(relayed({}), { url: without });
    assert.deepEqual([status, JSON.parse(text).code], [404, 'no_such_route']);
    for (const pushSecret of ['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', SECRET.slice('whsec_'.length)]) {
      assert.throws(() => createShop({ pushSecret }), /whsec_/, pushSecret);
    }
  });
});

describe('another message', () => {
  test('is taken, and nothing is delivered', async () => {
    const ordered = await order();
    for (const fields of [
      { Event: 'user_authorization_revoke', OpenID: OPENID, RevokeInfo: '8' },
      { Event: 'wxa_media_check' },
      { Event: undefined, MsgType: 'text', Content: 'xpay_goods_deliver_notify' },
    ]) {
      assertSuccess(await post(relayed(paid(ordered, fields))));
    }
    assert.deepEqual(await deliveries(), []);
  });

  test('about payments is left to a back end that knows it', async () => {
    const ordered = await order();
    for (const Event of ['xpay_refund_notify', 'xpay_coin_pay_notify', 'xpay_of_the_future']) {
      await assertRefused(await post(relayed(paid(ordered, { Event }))), 501, Event);
    }
    assert.equal(log.error.mock.callCount(), 3);
  });

  test('is refused if there is none', async () => {
    for (const body of [
      '',
      '{',
      'null',
      '1',
      '[]',
      '{}',
      '{"data":null}',
      '{"type":"wechat.push","data":{}}',
    ]) {
      const { status } = await post(body);
      assert.equal(status, 400, body);
    }
    assert.equal((await fetch(`${shop}/wechat`)).status, 404);
  });

  test('is refused if it is too long', async () => {
    const longest = 256 * 1024;
    const padded = (message, length) => {
      const body = relayed(message);
      return body + ' '.repeat(length - Buffer.byteLength(body));
    };
    const ordered = await order();
    await assertRefused(await post(padded(paid(ordered), longest + 1)), 413);
    await assertRefused(await post(padded(paid(ordered), 4 * longest)), 413);
    assertSuccess(await post(padded(paid(ordered), longest)));
  });
});

describe('the file of orders', () => {
  /** Another program with the same file. */
  async function restart() {
    close();
    shop = await open();
  }

  test('keeps orders and deliveries over a restart', async () => {
    const [delivered, waiting] = [await order(), await order(shop, 'shield')];
    assertSuccess(await post(relayed(paid(delivered))));
    await restart();
    assertSuccess(await post(relayed(paid(delivered))));
    assert.deepEqual(await deliveries(), [delivered.outTradeNo]);
    assertSuccess(await post(relayed(paid(waiting))));
    await restart();
    assert.deepEqual(await deliveries(), [delivered.outTradeNo, waiting.outTradeNo]);
  });

  test('remembers where an order is paid, whatever the shop sells in now', async () => {
    const ordered = await order();
    close();
    shop = await open({ env: 1 - ENV });
    assertSuccess(await post(relayed(paid(ordered))));
  });

  test('loses no more than the line during which the program died', async () => {
    const ordered = await order();
    const line = `${JSON.stringify({ number: ordered.outTradeNo, state: 'delivered', openid: OPENID })}\n`;
    const whole = await readFile(ordersFile);
    for (let length = 1; length < line.length; length += 1) {
      await writeFile(ordersFile, whole);
      await appendFile(ordersFile, line.slice(0, length));
      await restart();
      assert.deepEqual(await readFile(ordersFile), whole, `${length} bytes`);
    }
    assertSuccess(await post(relayed(paid(ordered))));
    assert.equal(await readFile(ordersFile, 'utf8'), whole + line);
  });

  test('may begin with a line that has no end', async () => {
    await writeFile(ordersFile, '{"number":"屠');
    await restart();
    assert.equal((await readFile(ordersFile)).length, 0);
    assertSuccess(await post(relayed(paid(await order()))));
  });

  test('has what failed to reach the disk neither now nor after a restart', async () => {
    const ordered = await order();
    const whole = await readFile(ordersFile);
    const body = relayed(paid(ordered));
    const failing = mock.method(fs, 'fsyncSync', () => {
      throw new Error('no space left on device');
    });
    syncBuiltinESMExports();
    try {
      const { status, text } = await post(body);
      assert.deepEqual([status, JSON.parse(text).recover], [503, 'retry']);
      assert.deepEqual(await readFile(ordersFile), whole);
    } finally {
      failing.mock.restore();
      syncBuiltinESMExports();
    }
    assert.equal(log.error.mock.callCount(), 1);
    assertSuccess(await post(body));
    await restart();
    assertSuccess(await post(body));
    assert.deepEqual(await deliveries(), [ordered.outTradeNo]);
  });

  test('must be readable', async () => {
    await writeFile(ordersFile, 'no JSON\n');
    await assert.rejects(open(), SyntaxError);
  });
});

describe('the program', () => {
  const KILLS = 20;
  const BUYERS = 4;

  /** Starts the program. */
  async function start(env = {}) {
    const child = spawn(process.execPath, [examplePath('node/server.js')], {
      env: {
        PATH: process.env.PATH,
        LOGIN_SERVER: yaoshi,
        SERVICE_ID: SERVICE.id,
        SERVICE_SECRET: SERVICE.secret,
        OFFER_ID: '1450000001',
        ORDERS_FILE: ordersFile,
        PORT: '0',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface(child.stdout);
    const [line] = await once(lines, 'line');
    const kill = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
    };
    return { url: /http:\S+/.exec(line)[0], kill };
  }

  test('reads the secret from its environment, or from a file', async () => {
    const secretFile = join(folder, 'push-secret');
    await writeFile(secretFile, `${SECRET}\n`);
    for (const env of [{ PUSH_SECRET: SECRET }, { PUSH_SECRET_FILE: secretFile }]) {
      const program = await start(env);
      try {
        const ordered = await order(program.url);
        assertSuccess(await post(relayed(paid(ordered)), program));
        assert.equal((await deliveries()).at(-1), ordered.outTradeNo);
      } finally {
        await program.kill();
      }
    }
    const program = await start();
    assert.equal((await post(relayed({}), program)).status, 404);
    await program.kill();
  });

  test(`delivers each order exactly once, though it is killed ${KILLS} times`, async () => {
    let program = await start({ PUSH_SECRET: SECRET });
    let isOver = false;
    let isDead = false;
    let answers = 0;
    const ordered = [];
    const acknowledged = new Set();

    /** Tries it, at whatever program runs, until there is an answer. */
    async function persist(action) {
      for (;;) {
        try {
          const answer = await action(program.url);
          answers += 1;
          return answer;
        } catch (error) {
          if (error instanceof assert.AssertionError || isDead) {
            throw error;
          }
          await sleep(2);
        }
      }
    }

    /** Buys one thing after the other. WeChat and Yaoshi report each payment, both at the same moment. */
    async function buy() {
      while (!isOver) {
        const one = await persist(order);
        ordered.push(one);
        const body = relayed(paid(one));
        const report = () => persist((url) => post(body, { url }));
        for (const answer of await Promise.all([report(), report()])) {
          assertSuccess(answer);
        }
        acknowledged.add(one.outTradeNo);
      }
    }

    const buyers = Promise.all(Array.from({ length: BUYERS }, buy));
    buyers.catch(() => {}); // Until it is awaited.
    try {
      for (let kills = 0; kills < KILLS; kills += 1) {
        // Some answers later, and in the midst of the next ones.
        const enough = answers + randomInt(10);
        while (answers < enough) {
          await Promise.race([sleep(1), buyers]);
        }
        await sleep(randomInt(10));
        await program.kill();
        const known = new Set((await changes()).map(({ number }) => number));
        for (const { outTradeNo } of ordered) {
          assert.ok(known.has(outTradeNo), 'every order that was returned is on record');
        }
        const delivered = new Set(await deliveries());
        for (const number of acknowledged) {
          assert.ok(delivered.has(number), 'every delivery that was acknowledged is on record');
        }
        program = await start({ PUSH_SECRET: SECRET });
      }
      isOver = true;
      await buyers;
    } finally {
      isOver = true;
      isDead = true;
      await program.kill();
    }
    assert.ok(ordered.length > KILLS, `${ordered.length} orders`);
    assert.deepEqual((await deliveries()).sort(), ordered.map(({ outTradeNo }) => outTradeNo).sort());
  });
});
