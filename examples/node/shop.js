import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { OrderBook } from './order-book.js';
import { isSigned, parseSecret } from './webhook.js';

/** What is sold, and the prices in fen. A price never comes from the client. */
const PRICES = new Map([
  ['sword', 600],
  ['shield', 450],
]);

/** The longest body of an order, in bytes. */
const MAX_ORDER = 1000;

/** The longest body of a message from WeChat, in bytes: more than Yaoshi takes by default. */
const MAX_MESSAGE = 256 * 1024;

/** What WeChat is told: the goods are delivered, or nothing more is wanted. */
const SUCCESS = { status: 200, text: 'success' };

/**
 * A back end with two routes:
 *
 * - `POST /orders` `{product_id}` takes the user's Yaoshi token from `Authorization` and returns an order for
 *   `wx.requestVirtualPayment`.
 * - `POST /wechat` takes WeChat's messages, which Yaoshi passes on, and delivers what was paid. Without a secret there
 *   is no such route.
 *
 * @param {{
 *   yaoshi: string, id: string, secret: string, offerId: string, env: 0 | 1, pushSecret?: string, ordersFile?: string
 * }} options
 * the URL of Yaoshi, the id and the secret of a service with the scope `sign`, the offer, 1 for the sandbox, what
 * Yaoshi signs messages with, and where the orders are kept
 */
export function createShop({ yaoshi, id, secret, offerId, env, pushSecret, ordersFile }) {
  const credentials = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const pushKey = pushSecret === undefined ? undefined : parseSecret(pushSecret);
  const orders = new OrderBook(ordersFile);

  async function order(request) {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) {
      return problem(401, 'missing_token', 'login_again');
    }
    const { product_id: productId } = parseObject(await read(request, MAX_ORDER)) ?? {};
    const price = PRICES.get(productId);
    if (!price) {
      return problem(404, 'no_such_product', 'fix_request');
    }
    const number = randomBytes(16).toString('hex');
    const quantity = 1;
    const signData = JSON.stringify({
      offerId,
      buyQuantity: quantity,
      env,
      currencyType: 'CNY',
      productId,
      goodsPrice: price,
      outTradeNo: number,
      attach: '',
    });
    // With `check`, Yaoshi asks WeChat first whether the session_key is live.
    const signed = await sign({ token, kind: 'virtual_payment', sign_data: signData, env, check: 'live' });
    if (signed.status === 200) {
      // Before the client learns the number: it may pay at once.
      orders.add(number, { productId, quantity, price, env });
      // The text that was signed, character by character: one that is parsed and written again has another signature.
      const { sign_data, signature, pay_sig: paySig } = signed.body;
      return { status: 201, body: { mode: 'short_series_goods', signData: sign_data, signature, paySig } };
    }
    if (['login_again', 'retry'].includes(signed.body.recover)) {
      // For the Mini Program: its client acts on `session_key_stale` and the like by itself.
      return signed;
    }
    console.error('Yaoshi signed no order:', signed.body);
    return problem(502, 'order_not_signed', 'operator');
  }

  async function sign(body) {
    const response = await fetch(`${yaoshi}/service/v1/signatures`, {
      method: 'POST',
      headers: { authorization: credentials, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    return {
      status: response.status,
      body: await response.json(),
      retryAfter: response.headers.get('retry-after'),
    };
  }

  /** Takes a message from WeChat. What is not answered `success` comes again. */
  async function take(request) {
    const body = await read(request, MAX_MESSAGE);
    if (!body) {
      return problem(413, 'body_too_long', 'operator');
    }
    if (!isSigned(pushKey, request.headers, body)) {
      return problem(401, 'invalid_signature', 'operator');
    }
    const message = parseObject(body)?.data?.message;
    if (!message) {
      return problem(400, 'no_message', 'operator');
    }
    if (message.Event === 'xpay_goods_deliver_notify') {
      return deliver(message);
    }
    if (String(message.Event).startsWith('xpay_')) {
      // `success` would say that the refund, or whatever it is, was dealt with.
      console.error('WeChat sent an event that this back end does not know:', message.Event);
      return problem(501, 'unknown_event', 'operator');
    }
    return SUCCESS;
  }

  /**
   * Delivers what was paid, once, however often WeChat and Yaoshi say so. A repetition is known by the number of the
   * order, not by the id of the request: WeChat may report one payment in two messages.
   */
  function deliver(message) {
    const { OutTradeNo: number, OpenId: openid } = message;
    const ordered = orders.find(number);
    if (!ordered) {
      console.error('WeChat reports a payment without an order:', number);
      return problem(404, 'no_such_order', 'operator');
    }
    // The openid is that of the user who ordered: the order is signed with this user's session_key, and WeChat takes
    // it from nobody else.
    if (!openid || !isFor(ordered, message)) {
      console.error('WeChat reports a payment for something else:', number, message.GoodsInfo, message.Env);
      return problem(409, 'other_order', 'operator');
    }
    if (orders.deliver(number, openid)) {
      console.log(`Delivered: ${ordered.productId}, order ${number}`);
    }
    return SUCCESS;
  }

  return createServer(async (request, response) => {
    const { status, text, body, retryAfter } = await route(request).catch(failed);
    const [type, content] = text ? ['text/plain', text] : ['application/json', JSON.stringify(body)];
    const headers = {
      'content-type': status < 400 ? type : 'application/problem+json',
      ...(retryAfter && { 'retry-after': retryAfter }),
    };
    response.writeHead(status, headers).end(content);
  });

  async function route(request) {
    switch (`${request.method} ${request.url}`) {
      case 'POST /orders':
        return order(request);
      case 'POST /wechat':
        return pushKey ? take(request) : problem(404, 'no_such_route', 'fix_request');
      default:
        return problem(404, 'no_such_route', 'fix_request');
    }
  }
}

/** Whether a message is about what was ordered. What was paid (`ActualPrice`) may be less: WeChat grants discounts. */
function isFor({ productId, quantity, price, env }, { GoodsInfo: goods, Env }) {
  const ordered = [productId, quantity, price, env];
  // As texts: if WeChat sends XML, its numbers are texts.
  return [goods?.ProductId, goods?.Quantity, goods?.OrigPrice, Env].every(
    (value, index) => String(value) === String(ordered[index]),
  );
}

/** Returns the body of a request, and of one that is longer than `limit` bytes `undefined`. */
async function read(request, limit) {
  const chunks = [];
  let length = 0;
  // To the end, so that the client hears the answer.
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= limit) {
      chunks.push(chunk);
    }
  }
  return length <= limit ? Buffer.concat(chunks) : undefined;
}

/** The JSON object in a body; `undefined` if there is none. */
function parseObject(body) {
  try {
    return JSON.parse(body) ?? undefined;
  } catch {
    return undefined;
  }
}

/** A problem in Yaoshi's form: the client in the Mini Program reads `recover`. */
function problem(status, code, recover) {
  return { status, body: { code, recover } };
}

/** Yaoshi was not reached, its answer is not its own, or the order is not on record. */
function failed(error) {
  console.error(error);
  return problem(503, 'unavailable', 'retry');
}
