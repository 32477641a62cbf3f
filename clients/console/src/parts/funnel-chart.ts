import { svg } from '../dom.js';
import { dateHour, hour, number } from '../format.js';
import { text } from '../language/language.js';

/** The steps of a login, in order. */
export const STEPS = ['codes', 'exchanged', 'sessions', 'registered'] as const;
export type Step = (typeof STEPS)[number];

const HEIGHT = 220;
const LEFT = 44;
const BOTTOM = 26;
const TOP = 10;
/** The least room for a label on the time axis, in pixels. */
const LABEL = 64;

/** The steps of one hour at all chosen apps. */
export interface HourTotals extends Readonly<Record<Step, number>> {
  readonly hour: string;
}

/**
 * Draws one bar an hour. The four steps lie in front of each other: each is a part of the one before, so what is
 * seen of a colour is what was lost on the way. An hour may have more registered than sessions: sessions of the hour
 * before may register in it.
 */
export function drawFunnelChart(hours: readonly HourTotals[], width: number): SVGElement {
  const most = hours.reduce((best, each) => (each.codes > best.codes ? each : best));
  const top = niceCeiling(Math.max(...hours.flatMap((each) => STEPS.map((step) => each[step]))));
  const room = Math.max(width - LEFT, 1) / hours.length;
  const bar = Math.max(1, Math.min(room * 0.72, 44));
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top);
  const groups = hours.map((each, index) => {
    const x = LEFT + room * index + (room - bar) / 2;
    const bars = STEPS.map((step) =>
      svg('rect', {
        class: `step-${step}`,
        x: x.toFixed(1),
        y: y(each[step]).toFixed(1),
        width: bar.toFixed(1),
        height: Math.max(0, y(0) - y(each[step])).toFixed(1),
        rx: bar > 8 ? 2 : 0,
      }),
    );
    return svg('g', {}, svg('title', {}, hourWords(each)), ...bars);
  });
  const label = text('overview.chart', { most: number(most.codes), hour: dateHour(most.hour) });
  return svg(
    'svg',
    {
      class: 'chart',
      role: 'img',
      'aria-label': label,
      width,
      height: HEIGHT,
      viewBox: `0 0 ${width} ${HEIGHT}`,
    },
    ...lines(top, width, y),
    ...groups,
    ...labels(hours, room),
  );
}

function hourWords(each: HourTotals): string {
  return text('overview.chart_hour', {
    hour: dateHour(each.hour),
    codes: number(each.codes),
    exchanged: number(each.exchanged),
    sessions: number(each.sessions),
    registered: number(each.registered),
  });
}

/** The lines of the scale, with their numbers. */
function lines(top: number, width: number, y: (value: number) => number): SVGElement[] {
  return [0, 0.5, 1].flatMap((part) => {
    const at = y(top * part).toFixed(1);
    return [
      svg('line', { class: part === 0 ? 'base' : 'grid', x1: LEFT, x2: width, y1: at, y2: at }),
      svg('text', { x: LEFT - 8, y: at, 'text-anchor': 'end', dy: '0.32em' }, number(top * part)),
    ];
  });
}

/** The labels of the time axis, as many as there is room for. */
function labels(hours: readonly HourTotals[], room: number): SVGElement[] {
  const each = [1, 2, 3, 4, 6, 12, 24, 48].find((step) => step * room >= LABEL) ?? 48;
  return hours.flatMap(({ hour: at }, index) => {
    if (index % each !== 0 || (index + 0.5) * room < LABEL / 4) {
      return [];
    }
    const words = each >= 24 ? dateHour(at) : hour(at);
    const isLast = (index + 0.5) * room + LABEL / 2 > room * hours.length;
    const x = isLast ? LEFT + room * hours.length : LEFT + (index + 0.5) * room;
    const anchor = isLast ? 'end' : 'middle';
    return [svg('text', { x: x.toFixed(1), y: HEIGHT - 8, 'text-anchor': anchor }, words)];
  });
}

/** The next even number that looks good on a scale. */
function niceCeiling(value: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  const steps = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10].map((step) => step * size);
  // Half of it is a number on the scale, too.
  return steps.find((step) => step >= value && step % 2 === 0) ?? 10 * size;
}

/** Keeps a drawing as wide as its container. */
export function drawn(
  draw: (width: number) => SVGElement,
  container: HTMLElement,
  signal: AbortSignal,
): void {
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0) {
      container.replaceChildren(draw(width));
    }
  });
  observer.observe(container);
  signal.addEventListener('abort', () => observer.disconnect());
}
