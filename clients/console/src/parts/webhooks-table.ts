import type { Webhook } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { number } from '../format.js';
import { named, text } from '../language/language.js';
import { hashOf } from '../route.js';
import { breakable, code } from './code.js';
import { type Column, table } from './table.js';

/** The server counts no further. */
const MOST_COUNTED = 1000;

/** How many kinds of events are shown at once. */
const FEW = 3;

/** Webhooks, each with links to what it has not taken. */
export function webhooksTable(caption: string, webhooks: readonly Webhook[]): HTMLElement {
  const columns: Column<Webhook>[] = [
    { heading: text('webhooks.webhook'), cell: ({ name }) => code(name) },
    { heading: text('webhooks.host'), cell: ({ host }) => breakable(host) },
    { heading: text('webhooks.events'), cell: ({ events }) => kinds(events) },
    { heading: text('webhooks.waiting'), cell: (webhook) => count(webhook, 'waiting'), isNumber: true },
    {
      heading: text('webhooks.undelivered'),
      cell: (webhook) => count(webhook, 'undelivered'),
      isNumber: true,
    },
  ];
  return table(caption, columns, webhooks);
}

function kinds(events: readonly string[]): Child {
  if (events.length === 0) {
    return undefined;
  }
  const entries = events.map((kind) => html('li', { 'data-kind': kind }, named('event', kind)));
  const list = html('ul', { class: 'kinds' }, ...entries);
  return events.length > FEW
    ? html('details', {}, html('summary', {}, text('webhooks.kinds', { count: events.length })), list)
    : list;
}

function count(webhook: Webhook, state: 'waiting' | 'undelivered'): Child {
  const events = webhook[state] < MOST_COUNTED ? number(webhook[state]) : `${number(MOST_COUNTED)}+`;
  if (webhook[state] === 0) {
    return events;
  }
  const attributes = {
    href: hashOf(['webhooks'], { webhook: webhook.name, state }),
    'aria-label': text(`webhooks.count.${state}`, { count: events, webhook: webhook.name }),
  };
  return html('a', attributes, events);
}
