import type { Client, YaoshiEvent } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { time } from '../format.js';
import { named, text } from '../language/language.js';
import { personHash } from '../route.js';
import { agentWords } from './agent.js';
import { code, shortId } from './code.js';
import { type Column, table } from './table.js';

/** Events, the newest first. On a person's page there is no column for whom. */
export function eventsTable(
  caption: string,
  events: readonly YaoshiEvent[],
  isOfOnePerson: boolean,
): HTMLElement {
  const whom: Column<YaoshiEvent> = { heading: text('events.whom'), cell: whomOf };
  const columns: Column<YaoshiEvent>[] = [
    { heading: text('events.what'), cell: whatOf },
    { heading: text('events.at'), cell: ({ at }) => time(at) },
    ...(isOfOnePerson ? [] : [whom]),
    { heading: text('person.app'), cell: ({ app_id }) => (app_id === undefined ? undefined : code(app_id)) },
    { heading: text('events.by'), cell: ({ by }) => actor(by) },
    { heading: text('events.from'), cell: clientOf },
  ];
  return table(caption, columns, events);
}

/** What happened, in words. */
export function whatOf({ kind, detail }: YaoshiEvent): HTMLElement {
  const more = detail === undefined ? undefined : html('span', { class: 'more' }, code(detail));
  return html('span', { 'data-kind': kind }, named('event', kind), more);
}

/** To whom it happened. */
export function whomOf({ user_id, openid }: YaoshiEvent): Child {
  const user = user_id === undefined ? undefined : html('a', { href: personHash(user_id) }, shortId(user_id));
  const person = openid === undefined ? undefined : code(openid);
  if (user === undefined || person === undefined) {
    return user ?? person;
  }
  return html('span', {}, user, html('span', { class: 'more' }, person));
}

/** Who did it: `operator:li` becomes “operator li”. */
export function actor(by: string): string {
  const [kind = '', ...name] = by.split(':');
  return [named('by', kind), ...name].join(' ');
}

/** Where a request came from. */
export function clientOf({ ip, user_agent }: Client): Child {
  if (ip === undefined && user_agent === undefined) {
    return undefined;
  }
  const agent =
    user_agent === undefined
      ? undefined
      : html('span', { class: 'more agent', title: user_agent }, agentWords(user_agent));
  return html('span', {}, ip, agent);
}
