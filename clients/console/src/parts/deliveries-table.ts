import type { Delivery } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { when } from '../format.js';
import { text } from '../language/language.js';
import { stateBadge } from './badge.js';
import { code } from './code.js';
import { whatOf, whomOf } from './events-table.js';
import { type Column, table } from './table.js';
import { outcomeAdvice, triesOf } from './tries.js';

/** Events that a webhook has not taken, the newest first. `action` is what can be done about each. */
export function deliveriesTable(
  caption: string,
  deliveries: readonly Delivery[],
  action: ((delivery: Delivery) => HTMLElement) | undefined,
): HTMLElement {
  const columns: Column<Delivery>[] = [
    { heading: text('events.what'), cell: ({ event }) => whatOf(event) },
    { heading: text('events.at'), cell: ({ event }) => when(event.at) },
    { heading: text('events.whom'), cell: ({ event }) => whomOf(event) },
    { heading: text('webhooks.webhook'), cell: ({ webhook }) => code(webhook) },
    { heading: text('delivery.state'), cell: ({ state }) => stateBadge(state) },
    { heading: text('delivery.tries'), cell: lastTry },
    {
      heading: text('delivery.next'),
      cell: ({ next_try_at }) => (next_try_at === undefined ? undefined : when(next_try_at)),
    },
    ...(action === undefined ? [] : [{ heading: text('delivery.actions'), cell: actionOf(action) }]),
  ];
  return table(caption, columns, deliveries);
}

/** How the last try ended, and what to do about it. */
function lastTry(delivery: Delivery): Child {
  const advice = delivery.outcome === undefined ? undefined : outcomeAdvice(delivery.outcome);
  const tries = triesOf(delivery);
  return advice === undefined ? tries : html('span', {}, tries, html('span', { class: 'advice' }, advice));
}

function actionOf(action: (delivery: Delivery) => HTMLElement): (delivery: Delivery) => HTMLElement {
  return (delivery) => html('div', { class: 'row-actions' }, action(delivery));
}
