import type { Tried } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { number } from '../format.js';
import { named, text } from '../language/language.js';

/** How often something was sent, and how the last try ended. Nothing where it never was. */
export function triesOf({ tries, outcome }: Tried): Child {
  if (tries === 0) {
    return undefined;
  }
  const more = outcome === undefined ? undefined : html('span', { class: 'more' }, outcomeWords(outcome));
  return html('span', {}, number(tries), more);
}

function outcomeWords(outcome: string): string {
  return /^\d+$/.test(outcome) ? text('delivery.status', { status: outcome }) : named('outcome', outcome);
}
