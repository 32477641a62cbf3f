import type { SessionItem } from 'yaoshi-miniprogram';
import { timeOf } from '../../dates';
import type { ErrorView } from '../../error-view';
import { errorViewOf } from '../../error-view';
import { yaoshi } from '../../yaoshi';

interface Row {
  id: string;
  device: string;
  since: string;
  seen: string;
  current: boolean;
}

const DEVICES: readonly [RegExp, string][] = [
  [/wechatdevtools/i, '微信开发者工具'],
  [/iPhone/i, 'iPhone'],
  [/iPad/i, 'iPad'],
  [/Android/i, 'Android 手机'],
  [/Windows/i, 'Windows 电脑'],
  [/Macintosh/i, 'Mac 电脑'],
];

function rowOf(session: SessionItem): Row {
  const named = DEVICES.find(([pattern]) => pattern.test(session.user_agent ?? ''));
  return {
    id: session.id,
    device: named?.[1] ?? '其他设备',
    since: timeOf(session.created_at),
    seen: timeOf(session.last_seen_at),
    current: session.current,
  };
}

Page({
  data: {
    sessions: [] as Row[],
    /** Whether there are other sessions. */
    others: false,
    busy: false,
    error: null as ErrorView | null,
  },

  onShow() {
    return this.runAndReload(async () => {});
  },

  onEnd({ currentTarget }: WechatMiniprogram.TouchEvent) {
    return this.runAndReload(() => yaoshi.sessions.end(String(currentTarget.dataset.id)));
  },

  async onEndOthers() {
    const { confirm } = await wx.showModal({
      title: '退出其他设备',
      content: '其他设备上的登录会立即失效，本机不受影响。',
      confirmText: '退出',
    });
    if (confirm) {
      await this.runAndReload(() => yaoshi.sessions.endOthers());
    }
  },

  /** Runs an action, then reloads the list. */
  async runAndReload(action: () => Promise<void>) {
    this.setData({ busy: true, error: null });
    try {
      await action();
      const sessions = (await yaoshi.sessions.list()).map(rowOf);
      this.setData({ sessions, others: sessions.some(({ current }) => !current) });
    } catch (error) {
      this.setData({ error: errorViewOf(error) });
    } finally {
      this.setData({ busy: false });
    }
  },
});
