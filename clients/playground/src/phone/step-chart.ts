import { element } from '../dom.js';
import type { Day } from './phone.js';

/** How many days the chart shows. */
const DAYS = 7;

/** The offset of Beijing's time to UTC, in seconds. */
const BEIJING = 8 * 3600;

/** A bar chart of the steps of the last days: of each day the date, a bar and the number. */
export function stepChart(days: readonly Day[]): HTMLElement {
  const last = days.slice(-DAYS);
  const max = Math.max(1, ...last.map(({ step }) => step));
  const caption = element('figcaption', { text: 'phone.steps' });
  const rows = last.map((day) => row(day, max));
  return element('figure', { class: 'steps', children: [caption, element('ol', { children: rows })] });
}

function row({ timestamp, step }: Day, max: number): HTMLLIElement {
  const date = new Date(1000 * (timestamp + BEIJING)).toISOString();
  const day = element('time', { literal: date.slice('2026-'.length, '2026-11-28'.length) });
  day.dateTime = date.slice(0, '2026-11-28'.length);
  const bar = element('span', { class: 'bar' });
  bar.style.setProperty('--share', String(step / max));
  return element('li', { children: [day, bar, element('span', { literal: step.toLocaleString('en') })] });
}
