import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';

/** What is sold, and the prices in fen. A price never comes from the client. */
const PRICES = new Map([
  ['sword', 600],
  ['shield', 450],
]);

/** The longest body of a request that is read, in characters. */
const MAX_BODY = 1000;

/**
 * A back end with one route, `POST /orders` `{product_id}`. It takes the user's Yaoshi token from `Authorization`
 * and returns an order for `wx.requestVirtualPayment`.
 *
 * @param {{ yaoshi: string, id: string, secret: string, offerId: string, env: 0 | 1 }} options
 * the URL of Yaoshi, the id and the secret of a service with the scope `sign`, the offer, and 1 for the sandbox
 */
export function createShop({ yaoshi, id, secret, offerId, env }) {
  const credentials = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  /**
   * In place of a database. Deliver when WeChat sends `xpay_goods_deliver_notify`, which names the order and the
   * user, not when the client says so.
   */
  const orders = new Map();

  async function order(request) {
    const [, token] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (!token) {
      return problem(401, 'missing_token', 'login_again');
    }
    const { product_id: productId } = await readJson(request);
    const price = PRICES.get(productId);
    if (!price) {
      return problem(404, 'no_such_product', 'fix_request');
    }
    const number = randomBytes(16).toString('hex');
    const signData = JSON.stringify({
      offerId,
      buyQuantity: 1,
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
      orders.set(number, { productId, state: 'unpaid' });
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

  return createServer(async (request, response) => {
    const isOrder = request.method === 'POST' && request.url === '/orders';
    const answer = isOrder
      ? await order(request).catch(failed)
      : problem(404, 'no_such_route', 'fix_request');
    const headers = {
      'content-type': answer.status < 400 ? 'application/json' : 'application/problem+json',
      ...(answer.retryAfter && { 'retry-after': answer.retryAfter }),
    };
    response.writeHead(answer.status, headers).end(JSON.stringify(answer.body));
  });
}

async function readJson(request) {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
    if (text.length > MAX_BODY) {
      break;
    }
  }
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

/** A problem in Yaoshi's form: the client in the Mini Program reads `recover`. */
function problem(status, code, recover) {
  return { status, body: { code, recover } };
}

/** Yaoshi was not reached, or the answer is not its own. */
function failed(error) {
  console.error(error);
  return problem(503, 'no_answer_from_yaoshi', 'retry');
}
