import { YaoshiError } from 'yaoshi-miniprogram';
import { dayOf } from '../../dates';
import type { ErrorView } from '../../error-view';
import { errorViewOf } from '../../error-view';
import { collectSteps } from '../../phone';
import { yaoshi } from '../../yaoshi';

const DAYS_SHOWN = 7;

/** An entry of the decrypted WeRun data: the start of the day, in seconds since 1970, and its steps. */
interface StepInfo {
  timestamp: number;
  step: number;
}

interface Day {
  timestamp: number;
  day: string;
  steps: number;
  /** The percentage of the maximum shown. */
  share: number;
}

type Phase = 'idle' | 'reading' | 'shown' | 'empty' | 'refused' | 'failed';

/** The latest days, newest first. */
function latest(list: readonly StepInfo[]): Day[] {
  const shown = [...list].sort((a, b) => b.timestamp - a.timestamp).slice(0, DAYS_SHOWN);
  const max = Math.max(1, ...shown.map(({ step }) => step));
  return shown.map(({ timestamp, step }) => ({
    timestamp,
    day: dayOf(timestamp),
    steps: step,
    share: Math.round((step / max) * 100),
  }));
}

Page({
  data: {
    phase: 'idle' as Phase,
    days: [] as Day[],
    error: null as ErrorView | null,
  },

  async onRead() {
    this.setData({ phase: 'reading', error: null });
    try {
      const { stepInfoList } = await yaoshi.openData<{ stepInfoList: StepInfo[] }>(collectSteps);
      const days = latest(stepInfoList);
      this.setData({ phase: days.length > 0 ? 'shown' : 'empty', days });
    } catch (error) {
      const refused = error instanceof YaoshiError && error.code === 'cancelled';
      this.setData(refused ? { phase: 'refused' } : { phase: 'failed', error: errorViewOf(error) });
    }
  },

  async onSetting({ detail }: WechatMiniprogram.ButtonOpenSetting) {
    if (detail.authSetting['scope.werun']) {
      await this.onRead();
    }
  },
});
