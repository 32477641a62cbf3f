import type { Phone, PhoneDetail } from 'yaoshi-miniprogram';
import { YaoshiError } from 'yaoshi-miniprogram';
import { timeOf } from '../../dates';
import type { ErrorView } from '../../error-view';
import { errorViewOf } from '../../error-view';
import { phoneButtonType, simulatedTap } from '../../phone';
import { yaoshi } from '../../yaoshi';

/** A number as people write it: `+86 138 0013 8000`. */
function spaced(number: string): string {
  return number.replace(/^\+86(\d{3})(\d{4})(\d{4})$/, '+86 $1 $2 $3');
}

/** Describes an error. After most errors only another tap on the phone button helps, and this page cannot tap. */
function phoneErrorOf(error: unknown): ErrorView {
  const view = errorViewOf(error);
  return error instanceof YaoshiError && error.recover === 'retry' ? view : { ...view, again: '' };
}

Page({
  data: {
    registered: false,
    /** Whether it is known which number the user has. */
    known: false,
    /** Empty if the user has none. */
    number: '',
    boundAt: '',
    openType: phoneButtonType,
    busy: false,
    error: null as ErrorView | null,
  },

  action: async () => {},

  async onLoad() {
    const registered = yaoshi.state.kind === 'registered';
    this.setData({ registered });
    if (registered) {
      await this.run(async () => {
        this.show(await yaoshi.phone.get());
      });
    }
  },

  async onPhone({ detail }: { detail: PhoneDetail }) {
    await this.run(async () => {
      if (!this.data.registered) {
        await yaoshi.registerByPhone(detail);
        await wx.navigateBack();
        return;
      }
      this.show(await yaoshi.phone.bind(detail));
    });
  },

  /** WeChat's own button reports its result to `onPhone`. */
  async onTap() {
    if (simulatedTap && !this.data.busy) {
      await this.onPhone({ detail: await simulatedTap() });
    }
  },

  async onUnbind() {
    const { confirm } = await wx.showModal({ title: '解绑手机号', content: '解绑后可以随时重新绑定。' });
    if (confirm) {
      await this.run(async () => {
        await yaoshi.phone.unbind();
        this.show(null);
      });
    }
  },

  show(phone: Phone | null) {
    const shown = phone
      ? { number: spaced(phone.phone), boundAt: timeOf(phone.bound_at) }
      : { number: '', boundAt: '' };
    this.setData({ known: true, ...shown });
  },

  /** Repeats what failed; after a tap, with the same code. */
  onAgain() {
    return this.run(this.action);
  },

  async run(action: () => Promise<void>) {
    if (this.data.busy) {
      return;
    }
    this.action = action;
    this.setData({ busy: true, error: null });
    try {
      await action();
    } catch (error) {
      this.setData({ error: phoneErrorOf(error) });
    } finally {
      this.setData({ busy: false });
    }
  },
});
