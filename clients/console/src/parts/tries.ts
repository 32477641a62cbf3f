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

/** What to do about how a try ended. */
export function outcomeAdvice(outcome: string): string | undefined {
  const name = /^\d+$/.test(outcome) ? statusAdvice(Number(outcome)) : outcome;
  const words = named('advice', name);
  return words === name ? undefined : words;
}

function statusAdvice(status: number): string {
  if (status >= 300 && status < 400) {
    return 'redirect';
  }
  const names: Record<number, string> = {
    401: 'refused',
    403: 'refused',
    404: 'no_such_url',
    405: 'no_such_url',
  };
  return names[status] ?? 'status';
}

function outcomeWords(outcome: string): string {
  return /^\d+$/.test(outcome) ? text('delivery.status', { status: outcome }) : named('outcome', outcome);
}
