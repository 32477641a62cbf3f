import type { List, Person } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { time } from '../format.js';
import { counted, type TextKey, text } from '../language/language.js';
import { statusBadge } from '../parts/badge.js';
import { shortId } from '../parts/code.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { searchForm } from '../parts/search.js';
import { type Column, table } from '../parts/table.js';
import { cleaned, PERSON_KEYS, type PersonKey, recognisePerson } from '../recognise.js';
import { hashOf, personHash } from '../route.js';
import type { Page, View } from '../view.js';

interface Found extends List<Person> {
  readonly by: PersonKey;
}

/** Finds people by whatever one has been given. */
export const peoplePage: Page = (view) => {
  const { main, route } = view;
  const query = route.query.get('q') ?? '';
  const chosen = PERSON_KEYS.find((key) => key === route.query.get('by'));
  const ways = ['auto', ...PERSON_KEYS].map((name) => [name, text(`people.by.${name}` as TextKey)] as const);
  const form = searchForm({
    label: text('people.query'),
    hint: text('people.hint'),
    value: query,
    byLabel: text('people.by'),
    ways,
    by: chosen ?? 'auto',
    submit: (value, by) => view.go(hashOf(['people'], { q: value, by: by === 'auto' ? '' : by })),
  });
  const results = html('div', { id: 'results' });
  main.append(heading(text('people.title'), text('people.lead')), form, results);
  if (query === '') {
    results.append(empty(text('people.start'), text('people.start_what')));
    return;
  }
  void load(view, results, {
    get: () => find(view, query, chosen === undefined ? recognisePerson(query) : [chosen]),
    show: (found) => show(view, found),
  });
};

/** Searches by the first key, and by the others as long as nobody is found. */
async function find(view: View, query: string, keys: readonly PersonKey[]): Promise<Found> {
  const after = view.route.query.get('after') ?? undefined;
  let found: Found = { by: keys[0] ?? 'nickname', items: [] };
  for (const by of keys) {
    found = { by, ...(await view.api.people(by, cleaned(by, query), after)) };
    if (found.items.length > 0) {
      break;
    }
  }
  return found;
}

function show(view: View, { by, items, next }: Found): Child[] {
  const key = text(`people.by.${by}`);
  if (items.length === 0) {
    view.announce(text('people.none'));
    return [empty(text('people.none'), text('people.none_what', { key }))];
  }
  const summary = text('people.found_by', { people: counted('people.found', items.length), key });
  view.announce(summary);
  const title = text('people.results');
  return [
    section(title, [html('p', { class: 'summary' }, summary)], table(title, columns(), items)),
    pager(view.route, next, { next: text('console.more'), first: text('console.first') }),
  ];
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
  return [country, province, city].filter((part) => part !== undefined && part !== '').join(' · ');
}
