import type { Push } from '../api/bodies.js';
import { html } from '../dom.js';
import { when } from '../format.js';
import { text } from '../language/language.js';
import { stateBadge } from './badge.js';
import { code } from './code.js';
import { type Column, table } from './table.js';
import { triesOf } from './tries.js';

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
    { heading: text('delivery.state'), cell: ({ state }) => stateBadge(state) },
    { heading: text('delivery.tries'), cell: triesOf },
    {
      heading: text('delivery.next'),
      cell: ({ next_try_at }) => (next_try_at === undefined ? undefined : when(next_try_at)),
    },
    ...(actions === undefined ? [] : [{ heading: text('delivery.actions'), cell: actions }]),
  ];
  return table(caption, columns, pushes);
}

/** The name of an event, which may go on in the next line after each underscore. */
function eventOf(event: string): HTMLElement {
  const parts = event.split(/(?<=_)/).flatMap((part) => [html('wbr'), part]);
  return html('code', { translate: 'no' }, ...parts);
}
