// Buyers who pay while everything is killed and started again.

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from 'yaoshi-testing/killed';
import { logIn } from './fixture.js';

const BUYERS = 8;

// All times are in milliseconds.
/** How long a buyer waits at most before the next order. */
const REST = 1500;
/** How often the simulated WeChat's clock is advanced by a second, so that its retries come among the kills. */
const TICK = 250;
/** How long a buyer waits before the next attempt to order. */
const RETRY = 100;
/** How long one attempt may take: longer than the shop waits for the server. */
const ORDER_TIMEOUT = 15_000;
/** About how long a message takes from WeChat to the shop and back. */
const ROUND_TRIP = 100;

export class Trade {
  /** The orders that were paid, each with the openid of the buyer. */
  paid = new Map();
  /** The orders that WeChat was told were delivered before they were. */
  early = new Set();
  #system;
  #seed;
  #left;
  #over = new AbortController();
  #timeout;
  #events = new EventEmitter();

  constructor(system, { seed, payments, timeout }) {
    this.#system = system;
    this.#seed = seed;
    this.#left = payments;
    this.#timeout = timeout;
  }

  /** Makes all payments. In the end, everything is up. */
  async run() {
    const { server, shop, mysql, login } = this.#system;
    const buyers = [];
    while (buyers.length < BUYERS) {
      buyers.push(await logIn(login));
    }
    const timer = setTimeout(() => this.#over.abort(), this.#timeout);
    const bought = Promise.all(buyers.map((buyer) => this.#buy(buyer)));
    const actions = [
      this.#kill('server', server),
      this.#kill('shop', shop, () => this.check()),
      this.#advanceClock(),
      mysql && this.#killMySql(mysql),
      bought.finally(() => this.#over.abort()),
    ];
    // One that fails ends all, and all have to end.
    for (const action of actions) {
      action?.catch(() => this.#over.abort());
    }
    const results = await Promise.allSettled(actions);
    clearTimeout(timer);
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed) {
      throw failed.reason;
    }
  }

  /** Looks whether WeChat was told too early. The shop must be dead, or idle: its file changes only while it delivers. */
  async check() {
    const pushes = await this.#system.pushes();
    const delivered = new Set((await this.#system.deliveries()).map(({ number }) => number));
    for (const { message, attempts } of pushes) {
      const isAcknowledged = attempts.some(({ response }) => response?.status === 200);
      if (isAcknowledged && !delivered.has(message.OutTradeNo)) {
        this.early.add(message.OutTradeNo);
      }
    }
  }

  get #isOver() {
    return this.#over.signal.aborted;
  }

  async #buy({ user, openid, token }) {
    const random = this.#random(openid);
    while (this.#left > 0 && !this.#isOver) {
      this.#left -= 1;
      await sleep(random.between(0, REST));
      const order = await this.#order(token);
      this.#events.emit('payment');
      const { errMsg } = await this.#system.wechat.phone('requestVirtualPayment', { ...user, ...order });
      assert.equal(errMsg, 'requestVirtualPayment:ok');
      this.paid.set(JSON.parse(order.signData).outTradeNo, openid);
    }
  }

  /** Orders, again and again until the shop has the order. What an attempt before that ordered is not paid. */
  async #order(token) {
    for (;;) {
      const { status, body } = await this.#tryOrder(token);
      if (status === 201) {
        return body;
      }
      // No answer, or Yaoshi's: the session outlives every kill.
      assert.ok([undefined, 503].includes(status), `${status} ${JSON.stringify(body)}`);
      assert.ok(!this.#isOver, 'there is no time left for an order');
      await sleep(RETRY);
    }
  }

  async #tryOrder(token) {
    try {
      const response = await fetch(`${this.#system.shop.url}/orders`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify({ product_id: 'sword' }),
        signal: AbortSignal.timeout(ORDER_TIMEOUT),
      });
      return { status: response.status, body: await response.json() };
    } catch {
      return {};
    }
  }

  /** Kills a program about once in a second: at any moment, or in the midst of a payment. */
  async #kill(name, program, whileDead) {
    const random = this.#random(name);
    while (!this.#isOver) {
      await sleep(random.between(300, 1200));
      if (random.between(0, 1) < 0.5) {
        await once(this.#events, 'payment', { signal: AbortSignal.timeout(2000) }).catch(() => {});
        await sleep(random.between(0, ROUND_TRIP));
      }
      await program.kill();
      await Promise.all([whileDead?.(), sleep(random.between(50, 300))]);
      await program.start();
    }
  }

  /** MySQL takes longer to be there again. */
  async #killMySql(mysql) {
    const random = this.#random('MySQL');
    while (!this.#isOver) {
      await sleep(random.between(4000, 7000));
      await mysql.kill();
      await sleep(random.between(100, 1000));
      await mysql.start();
    }
  }

  async #advanceClock() {
    while (!this.#isOver) {
      await sleep(TICK);
      await this.#system.wechat.advance(1);
    }
  }

  #random(name) {
    return new Random(`${this.#seed} ${name}`);
  }
}
