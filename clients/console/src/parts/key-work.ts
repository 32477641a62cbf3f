import type { Keys, Work } from '../api/bodies.js';
import { html } from '../dom.js';
import { dateTime, number } from '../format.js';
import { text } from '../language/language.js';
import type { View } from '../view.js';
import { showFailure } from './problem.js';

/** How often the progress is read, in milliseconds. */
const PACE = 1000;

type Running = Pick<Work, 'kind' | 'done' | 'total'> & Partial<Work>;

/** The work that runs. Before the first count, that one is about to begin. */
export function runningWork({ work, counted_at: countedAt }: Keys): Running | undefined {
  if (work?.state === 'running') {
    return work;
  }
  return countedAt === undefined ? { kind: 'count', done: 0, total: 0 } : undefined;
}

/** Shows how far the work is, and reads that each second until it ends. */
export function progress(view: View, work: Running, ended: () => void): HTMLElement {
  const label = text(`keys.running.${work.kind}`);
  const bar = html('progress', { id: 'progress', 'aria-label': label });
  const words = html('p', { class: 'hint' });
  const failure = html('div', { class: 'action-failure' });
  const fill = (now: Running) => {
    bar.max = Math.max(now.total, 1);
    bar.value = now.done;
    words.textContent = progressWords(now);
  };
  const read = async () => {
    if (view.signal.aborted) {
      return;
    }
    failure.replaceChildren();
    try {
      const keys = await view.api.keys();
      const now = runningWork(keys);
      if (now?.kind === work.kind) {
        fill(now);
        setTimeout(read, PACE);
        return;
      }
      if (work.kind === 'reseal') {
        view.announce(text(keys.work?.state === 'stopped' ? 'keys.reseal_interrupted' : 'keys.reseal_done'));
      }
      ended();
    } catch (error) {
      showFailure(view, error, failure, () => void read());
    }
  };
  fill(work);
  setTimeout(read, PACE);
  return html('div', { class: 'card running' }, html('h3', {}, label), bar, words, failure);
}

function progressWords({ done, total, started_by: by, started_at: at }: Running): string {
  const words = text('keys.progress', { done: number(done), total: number(total) });
  return by === undefined || at === undefined
    ? words
    : `${words} · ${text('keys.started', { by, time: dateTime(at) })}`;
}
