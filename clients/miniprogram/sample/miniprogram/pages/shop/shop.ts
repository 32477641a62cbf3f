import { YaoshiError } from 'yaoshi-miniprogram';
import { config } from '../../config';
import type { ErrorView } from '../../error-view';
import { errorViewOf } from '../../error-view';
import type { Order } from '../../phone';
import { pay } from '../../phone';
import { yaoshi } from '../../yaoshi';

/** The prices are only shown. Those that count are the back end's. */
const PRODUCTS = [
  { id: 'sword', name: '宝剑', price: '6.00' },
  { id: 'shield', name: '盾牌', price: '4.50' },
];

/** WeChat refuses the signature with the session_key: it is stale (-15005), or expired (-15007). */
const STALE_KEY = [-15005, -15007];

/** The user closed the payment. */
const CANCELLED = -2;

type Phase = 'idle' | 'paying' | 'paid' | 'cancelled';

/** The `errCode` of a failed payment; `undefined` for all other errors. */
function errCodeOf(error: unknown): number | undefined {
  return (error as { errCode?: number } | undefined)?.errCode;
}

/** The back end signs the order with Yaoshi. If that finds the session_key stale, the client logs in and orders again. */
async function order(productId: string): Promise<Order> {
  const { statusCode, data } = await yaoshi.request<Order>({
    url: `${config.shop}/orders`,
    method: 'POST',
    data: { product_id: productId },
  });
  if (statusCode !== 201) {
    throw new Error(`the shop answered with ${statusCode}`);
  }
  return data;
}

/** The key can turn between the signature and the payment. Then a login and another order help, once. */
async function buy(productId: string): Promise<void> {
  try {
    await pay(await order(productId));
  } catch (error) {
    if (!STALE_KEY.includes(errCodeOf(error) ?? 0)) {
      throw error;
    }
    await yaoshi.checkSession({ atServer: true });
    await pay(await order(productId));
  }
}

function paymentErrorOf(error: unknown): ErrorView {
  const errCode = errCodeOf(error);
  return error instanceof YaoshiError || errCode === undefined
    ? { ...errorViewOf(error), again: '' }
    : {
        title: '支付没有成功',
        advice: `请稍后再试，或联系客服并告知错误码 ${errCode}。`,
        again: '',
        reference: '',
      };
}

Page({
  data: {
    products: PRODUCTS,
    phase: 'idle' as Phase,
    error: null as ErrorView | null,
  },

  async onBuy({ currentTarget }: WechatMiniprogram.TouchEvent) {
    if (this.data.phase === 'paying') {
      return;
    }
    this.setData({ phase: 'paying', error: null });
    try {
      await buy(currentTarget.dataset.product);
      this.setData({ phase: 'paid' });
    } catch (error) {
      const isCancelled = errCodeOf(error) === CANCELLED;
      this.setData(isCancelled ? { phase: 'cancelled' } : { phase: 'idle', error: paymentErrorOf(error) });
    }
  },
});
