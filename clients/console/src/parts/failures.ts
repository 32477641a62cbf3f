import type { Failure } from '../api/bodies.js';
import { type Child, html, svg } from '../dom.js';
import { number } from '../format.js';
import { text } from '../language/language.js';
import { hashOf } from '../route.js';
import { adviceWords } from './advice.js';
import { code } from './code.js';
import { empty } from './empty.js';
import { table } from './table.js';

/** Failures by cause, the most frequent first, with what to do and a link to the reasons. */
export function failures(items: readonly Failure[]): HTMLElement {
  if (items.length === 0) {
    return empty(text('overview.no_failures'), text('overview.no_failures_what'));
  }
  const most = items[0]?.count ?? 1;
  const columns = [
    { heading: text('overview.failure'), cell: cause },
    { heading: text('overview.count'), cell: (failure: Failure) => count(failure, most) },
    { heading: text('overview.advice'), cell: adviceWords },
    { heading: text('overview.why'), cell: why },
  ];
  return table(text('overview.failures'), columns, items);
}

function cause({ code: name, app_id: app }: Failure): Child {
  return html('span', {}, code(name), app === undefined ? undefined : html('span', { class: 'more' }, app));
}

function count({ count: times }: Failure, most: number): HTMLElement {
  const bar = svg(
    'svg',
    { class: 'bar', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'failed', width: (100 * times) / most, height: 6 }),
  );
  return html('span', { class: 'counted' }, html('span', { class: 'number' }, number(times)), bar);
}

function why({ code: name }: Failure): HTMLElement {
  const attributes = {
    href: hashOf(['why'], { code: name }),
    'data-why': name,
    'aria-label': text('overview.why_of', { code: name }),
  };
  return html('a', attributes, text('overview.why'));
}
