import type { Push } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { number, time } from '../format.js';
import { named, text } from '../language/language.js';
import { badge, type Tone } from './badge.js';
import { code } from './code.js';
import { type Column, table } from './table.js';

const TONES: Record<Push['state'], Tone> = {
  applied: 'good',
  kept: 'plain',
  waiting: 'odd',
  delivered: 'good',
  undelivered: 'bad',
};

/** Messages of WeChat's, the newest first. `actions` is what can be done about each. */
export function pushesTable(
  caption: string,
  pushes: readonly Push[],
  actions: ((push: Push) => HTMLElement) | undefined,
): HTMLElement {
  const columns: Column<Push>[] = [
    { heading: text('pushes.event'), cell: ({ event }) => eventOf(event) },
    { heading: text('pushes.at'), cell: ({ at }) => when(at) },
    { heading: text('person.app'), cell: ({ app_id }) => code(app_id) },
    {
      heading: text('person.openid'),
      cell: ({ openid }) => (openid === undefined ? undefined : code(openid)),
    },
    { heading: text('pushes.state'), cell: ({ state }) => badge(named('push', state), TONES[state]) },
    { heading: text('pushes.tries'), cell: triesOf },
    {
      heading: text('pushes.next'),
      cell: ({ next_try_at }) => (next_try_at === undefined ? undefined : when(next_try_at)),
    },
    ...(actions === undefined ? [] : [{ heading: text('pushes.actions'), cell: actions }]),
  ];
  return table(caption, columns, pushes);
}

/** The name of an event, which may go on in the next line after each underscore. */
function eventOf(event: string): HTMLElement {
  const parts = event.split(/(?<=_)/).flatMap((part) => [html('wbr'), part]);
  return html('code', { translate: 'no' }, ...parts);
}

/** A time that may go on in the next line, since there are many columns. */
function when(at: string): HTMLElement {
  return html('span', { class: 'when' }, time(at));
}

/** How often it was sent, and how the last try ended. Most messages are never sent. */
function triesOf({ tries, outcome }: Push): Child {
  if (tries === 0) {
    return undefined;
  }
  const more = outcome === undefined ? undefined : html('span', { class: 'more' }, outcomeWords(outcome));
  return html('span', {}, number(tries), more);
}

function outcomeWords(outcome: string): string {
  return /^\d+$/.test(outcome) ? text('pushes.status', { status: outcome }) : named('outcome', outcome);
}
