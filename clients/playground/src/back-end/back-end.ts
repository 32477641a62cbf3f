import type { Fetch } from 'simulated-wx';
import type { BackEndSettings, Settings } from '../settings.js';
import { fieldsOf } from '../traffic/fields.js';
import { type PlatformWatcher, yaoshiResponse } from '../traffic/recorder.js';
import type { Message, Traffic } from '../traffic/traffic.js';
import { BACK_END_URL } from './url.js';

/** The sandbox of WeChat's payments. */
const SANDBOX = 1;

/** The argument of `wx.requestVirtualPayment`. */
export interface Order {
  readonly mode: 'short_series_goods';
  readonly signData: string;
  readonly signature: string;
  readonly paySig: string;
}

/** The team's back end: it makes orders and has Yaoshi sign them, as `clients/examples/node` does. */
export class BackEnd {
  readonly #settings: BackEndSettings;
  readonly #yaoshi: string;
  readonly #traffic: Traffic;
  readonly #platform: PlatformWatcher;

  constructor(settings: BackEndSettings, { yaoshi }: Settings, traffic: Traffic, platform: PlatformWatcher) {
    this.#settings = settings;
    this.#yaoshi = yaoshi;
    this.#traffic = traffic;
    this.#platform = platform;
  }

  /** A `fetch` that answers requests to the back end. Nothing is recorded after `closed` is aborted. */
  fetch(closed: AbortSignal): Fetch {
    return (url, init) =>
      url.startsWith(`${BACK_END_URL}/`) ? this.#order(init, closed) : globalThis.fetch(url, init);
  }

  /** Makes an order for the user whose token the request has. Passes Yaoshi's problems on. */
  async #order(init: RequestInit = {}, closed: AbortSignal): Promise<Response> {
    const token = new Headers(init.headers).get('authorization')?.replace(/^Bearer /, '') ?? '';
    const signData = JSON.stringify({
      offerId: this.#settings.offerId,
      buyQuantity: 1,
      env: SANDBOX,
      currencyType: 'CNY',
      productId: 'sword',
      goodsPrice: 600,
      outTradeNo: newOrderNumber(),
      attach: '',
    });
    const { status, body, retryAfter } = await this.#sign(
      { token, kind: 'virtual_payment', sign_data: signData, env: SANDBOX, check: 'live' },
      closed,
    );
    if (status !== 200) {
      return jsonResponse(status, body, retryAfter);
    }
    const { sign_data, signature, pay_sig } = body as Record<'sign_data' | 'signature' | 'pay_sig', string>;
    const order: Order = { mode: 'short_series_goods', signData: sign_data, signature, paySig: pay_sig };
    return jsonResponse(201, order);
  }

  async #sign(request: object, closed: AbortSignal) {
    const add = (message: Message) => {
      if (!closed.aborted) {
        this.#traffic.add(message);
      }
    };
    const { serviceId, serviceSecret } = this.#settings;
    const authorization = `Basic ${btoa(`${serviceId}:${serviceSecret}`)}`;
    const title = 'POST /service/v1/signatures';
    const fields = fieldsOf({ authorization, ...request });
    add({ from: 'back-end', to: 'yaoshi', kind: 'request', title, fields });
    const response = await this.#platform.watch({}, () =>
      globalThis.fetch(`${this.#yaoshi}/service/v1/signatures`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(request),
      }),
    );
    const { status } = response;
    const body: unknown = await response.json();
    const seconds = response.headers.get('retry-after');
    const retryAfter: Record<string, string> = seconds === null ? {} : { 'retry-after': seconds };
    add(yaoshiResponse('back-end', { errMsg: '', statusCode: status, data: body, header: retryAfter }));
    return { status, body, retryAfter };
  }
}

function jsonResponse(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers });
}

function newOrderNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
