import type { Hour } from '../api/bodies.js';
import { html, svg } from '../dom.js';
import { dateHour, number, share } from '../format.js';
import { text } from '../language/language.js';
import { code } from './code.js';
import { drawFunnelChart, drawn, type HourTotals, STEPS, type Step } from './funnel-chart.js';
import { table } from './table.js';

const HOUR = 3_600_000;
const NONE = { codes: 0, exchanged: 0, sessions: 0, registered: 0 };

/** The sum of several hours, or of several apps. */
export function totals(hours: readonly Hour[]): Record<Step, number> {
  const sum = { ...NONE };
  for (const each of hours) {
    for (const step of STEPS) {
      sum[step] += each[step];
    }
  }
  return sum;
}

/** The steps of the whole period, the chart by hour, and the table behind it. */
export function funnel(hours: readonly Hour[], period: number, signal: AbortSignal): HTMLElement {
  const chart = html('div', { class: 'chart-box' });
  const filled = fillHours(hours, period);
  drawn((width) => drawFunnelChart(filled, width), chart, signal);
  return html('div', { class: 'card funnel-card' }, steps(totals(hours)), chart, numbers(hours));
}

/** The four numbers, each with a bar and its share of the one before. */
function steps(sum: Record<Step, number>): HTMLElement {
  const items = STEPS.map((step, index) => {
    const before = STEPS[index - 1];
    const part = before === undefined ? undefined : share(sum[step], sum[before]);
    const width = sum.codes === 0 ? 0 : (100 * sum[step]) / sum.codes;
    return html(
      'li',
      { 'data-step': step },
      html('span', { class: 'funnel-label' }, text(`overview.step.${step}`)),
      html('strong', { class: 'figure' }, number(sum[step])),
      svg(
        'svg',
        { class: 'bar', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('rect', { class: 'track', width: 100, height: 6 }),
        svg('rect', { class: `step-${step}`, width, height: 6 }),
      ),
      html(
        'span',
        { class: 'hint' },
        part === undefined ? text('overview.first_step') : text('overview.of_before', { share: part }),
      ),
    );
  });
  return html('ol', { class: 'funnel' }, ...items);
}

/** One entry for each hour of the period, also where nobody logged in. */
function fillHours(hours: readonly Hour[], period: number): HourTotals[] {
  const byHour = new Map<number, Hour[]>();
  for (const each of hours) {
    const at = Date.parse(each.hour);
    byHour.set(at, [...(byHour.get(at) ?? []), each]);
  }
  // The server's clock may be ahead of the browser's.
  const last = Math.max(Math.floor(Date.now() / HOUR) * HOUR, ...byHour.keys());
  return Array.from({ length: period }, (_, index) => {
    const at = last - (period - 1 - index) * HOUR;
    return { hour: new Date(at).toISOString(), ...totals(byHour.get(at) ?? []) };
  });
}

function numbers(hours: readonly Hour[]): HTMLElement {
  const columns = [
    { heading: text('overview.hour'), cell: (each: Hour) => dateHour(each.hour) },
    { heading: text('overview.app'), cell: (each: Hour) => code(each.app_id) },
    ...STEPS.map((step) => ({
      heading: text(`overview.step.${step}`),
      isNumber: true,
      cell: (each: Hour) => number(each[step]),
    })),
  ];
  const newestFirst = [...hours].sort((a, b) => b.hour.localeCompare(a.hour));
  const title = text('overview.table');
  return html('details', {}, html('summary', {}, title), table(title, columns, newestFirst));
}
