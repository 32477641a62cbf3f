import type { Diagnosis, List } from '../api/bodies.js';
import { DIAGNOSIS_KEYS, recogniseDiagnosis } from '../diagnosis-key.js';
import { type Child, html } from '../dom.js';
import { counted, type TextKey, text } from '../language/language.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { searchForm } from '../parts/search.js';
import { story } from '../parts/story.js';
import { hashOf } from '../route.js';
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
  const filter = query === '' ? {} : { [chosen ?? recogniseDiagnosis(query)]: query };
  const after = route.query.get('after') ?? undefined;
  void load(view, results, {
    get: () => view.api.diagnoses({ ...filter, after }),
    show: (diagnoses) => show(view, diagnoses, query === ''),
  });
};

function show(view: View, { items, next }: List<Diagnosis>, isLatest: boolean): Child[] {
  const pages = pager(view.route, next, { next: text('console.older'), first: text('console.newest') });
  if (items.length === 0) {
    view.announce(text('why.none'));
    return [empty(text('why.none'), text('why.none_what')), pages];
  }
  const summary = counted('why.found', items.length);
  view.announce(summary);
  const title = text(isLatest ? 'why.latest' : 'why.results');
  const isOne = items.length === 1;
  const stories = items.map((diagnosis, index) => html('li', {}, story(diagnosis, isOne || index === 0)));
  return [
    section(title, [html('p', { class: 'summary' }, summary)], html('ol', { class: 'stories' }, ...stories)),
    pages,
  ];
}
