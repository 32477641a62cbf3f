import type { List, Person } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { time } from '../format.js';
import { counted, text } from '../language/language.js';
import { statusBadge } from '../parts/badge.js';
import { shortId } from '../parts/code.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { searchForm } from '../parts/search.js';
import { type Column, table } from '../parts/table.js';
import { hashOf, personHash } from '../route.js';
import type { Page, View } from '../view.js';

/** Finds people by whatever one has been given. */
export const peoplePage: Page = (view) => {
  const { main, route } = view;
  const query = route.query.get('q') ?? '';
  const form = searchForm({
    label: text('people.query'),
    hint: text('people.hint'),
    value: query,
    submit: (value) => view.go(hashOf(['people'], { q: value })),
  });
  const results = html('div', { id: 'results' });
  main.append(heading(text('people.title'), text('people.lead')), form, results);
  if (query === '') {
    results.append(empty(text('people.start'), text('people.start_what')));
    return;
  }
  void load(view, results, {
    get: () => view.api.people(query, route.query.get('after') ?? undefined),
    show: (found) => show(view, found),
  });
};

function show(view: View, { items, next }: List<Person>): Child[] {
  const pages = pager(view.route, next, { next: text('console.more'), first: text('console.first') });
  if (items.length === 0) {
    view.announce(text('people.none'));
    return [empty(text('people.none'), text('people.none_what')), pages];
  }
  const summary = counted('people.found', items.length);
  view.announce(summary);
  const title = text('people.results');
  return [section(title, [html('p', { class: 'summary' }, summary)], table(title, columns(), items)), pages];
}

function columns(): Column<Person>[] {
  return [
    { heading: text('people.person'), cell: nameOf },
    { heading: text('people.status'), cell: ({ status }) => statusBadge(status) },
    { heading: text('person.id'), cell: ({ id }) => shortId(id) },
    { heading: text('people.place'), cell: (person) => placeOf(person) },
    { heading: text('people.registered'), cell: ({ created_at }) => time(created_at) },
  ];
}

function nameOf({ id, nickname }: Person): HTMLElement {
  return html('a', { class: 'strong', href: personHash(id) }, nickname || text('people.nameless'));
}

/** Where the person lives, as WeChat knows it. */
export function placeOf({ country, province, city }: Person): string {
  return [country, province, city].filter((part) => part !== '').join(' · ');
}
