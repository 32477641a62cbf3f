import type { List, YaoshiEvent } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { enNames } from '../language/en-names.js';
import { counted, named, text } from '../language/language.js';
import { choice, options } from '../parts/choice.js';
import { empty } from '../parts/empty.js';
import { eventsTable } from '../parts/events-table.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { hashOf } from '../route.js';
import type { Page, View } from '../view.js';

const PREFIX = 'event.';

/** The kinds that the filter offers. */
const KINDS = Object.keys(enNames)
  .filter((key) => key.startsWith(PREFIX))
  .map((key) => key.slice(PREFIX.length));

/** What happened to whom. */
export const eventsPage: Page = (view) => {
  const { main, route } = view;
  const kind = route.query.get('kind') ?? '';
  const user = route.query.get('user') ?? '';
  const results = html('div', { id: 'results' });
  main.append(heading(text('events.title'), text('events.lead')), filters(view, kind, user), results);
  void load(view, results, {
    get: () => view.api.events({ kind, user, after: route.query.get('after') ?? undefined }),
    show: (events) => show(view, events),
  });
};

function filters(view: View, kind: string, user: string): HTMLFormElement {
  const kinds = KINDS.map((name) => [name, named('event', name)] as const);
  const select = html('select', { id: 'kind' }, ...options(text('events.any_kind'), kinds, kind));
  const input = html('input', {
    id: 'user',
    type: 'text',
    value: user,
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'user-hint',
  });
  select.addEventListener('change', () => view.go(hashOf(['events'], { kind: select.value })));
  const form = html(
    'form',
    { class: 'search', role: 'search' },
    choice(text('events.kind'), select),
    html('div', { class: 'field grow' }, html('label', { for: 'user' }, text('events.user')), input),
    html('button', { class: 'button primary', type: 'submit' }, text('events.apply')),
    html('p', { class: 'hint', id: 'user-hint' }, text('events.user_hint')),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const value = input.value.trim();
    view.go(hashOf(['events'], value === '' ? { kind: select.value } : { user: value }));
  });
  return form;
}

function show(view: View, { items, next }: List<YaoshiEvent>): Child[] {
  const pages = pager(view.route, next, { next: text('console.older'), first: text('console.newest') });
  if (items.length === 0) {
    view.announce(text('events.none'));
    return [empty(text('events.none'), text('events.none_what')), pages];
  }
  const summary = counted('events.found', items.length);
  view.announce(summary);
  const title = text('events.title');
  return [
    section(title, [html('p', { class: 'summary' }, summary)], eventsTable(title, items, false)),
    pages,
  ];
}
