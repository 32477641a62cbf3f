import type { Diagnosis, List } from '../api/bodies.js';
import { DIAGNOSIS_KEYS, recogniseDiagnosis } from '../diagnosis-key.js';
import { type Child, html } from '../dom.js';
import { number } from '../format.js';
import { counted, type TextKey, text } from '../language/language.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { searchForm } from '../parts/search.js';
import { story } from '../parts/story.js';
import { hashOf, hashWith } from '../route.js';
import type { Page, View } from '../view.js';

/** Why something failed. */
export const whyPage: Page = (view) => {
  const { main, route } = view;
  const query = route.query.get('q') ?? '';
  const chosen = DIAGNOSIS_KEYS.find((key) => key === route.query.get('by'));
  const options = ['auto', ...DIAGNOSIS_KEYS].map(
    (name) => [name, text(`why.by.${name}` as TextKey)] as const,
  );
  const form = searchForm({
    label: text('why.query'),
    hint: text('why.hint'),
    value: query,
    ways: { label: text('why.by'), options, chosen: chosen ?? 'auto' },
    submit: (value, by) => {
      // WeChat's error messages end with the word and the id.
      const q = value.replace(/^rid:\s*/i, '');
      view.go(hashOf(['why'], { q, by: by === 'auto' ? '' : by }));
    },
  });
  const results = html('div', { id: 'results' });
  main.append(heading(text('why.title'), text('why.lead')), form, results);
  const code = route.query.get('code') ?? '';
  const filter = query === '' ? {} : { [chosen ?? recogniseDiagnosis(query)]: query };
  const after = route.query.get('after') ?? undefined;
  void load(view, results, {
    get: () => view.api.diagnoses({ ...filter, after }),
    show: (diagnoses) => show(view, diagnoses, query === '', code),
  });
};

function show(view: View, { items, next }: List<Diagnosis>, isLatest: boolean, code: string): Child[] {
  const shown = code === '' ? items : items.filter((diagnosis) => diagnosis.code === code);
  const pages = pager(view.route, next, { next: text('console.older'), first: text('console.newest') });
  const scope = code === '' ? undefined : codeFilter(view, code, items.length);
  if (shown.length === 0) {
    const isFiltered = code !== '' && items.length > 0;
    const title = text(isFiltered ? 'why.none_with_code' : 'why.none');
    view.announce(title);
    return [scope, empty(title, text(isFiltered ? 'why.none_with_code_what' : 'why.none_what')), pages];
  }
  const summary = counted('why.found', shown.length);
  view.announce(summary);
  const title = text(isLatest ? 'why.latest' : 'why.results');
  const isOne = shown.length === 1;
  const stories = shown.map((diagnosis, index) => html('li', {}, story(diagnosis, isOne || index === 0)));
  return [
    scope,
    section(title, [html('p', { class: 'summary' }, summary)], html('ol', { class: 'stories' }, ...stories)),
    pages,
  ];
}

function codeFilter({ route }: View, code: string, count: number): HTMLElement {
  const all = html(
    'a',
    { href: hashWith(route, { code: undefined, after: undefined }) },
    text('why.all_codes'),
  );
  return html('p', { class: 'notice' }, text('why.with_code', { code, count: number(count) }), ' ', all);
}
