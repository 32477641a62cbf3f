import { type List, PUSH_STATES, type Push } from '../api/bodies.js';
import { button, type Child, html } from '../dom.js';
import { counted, text } from '../language/language.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { pushesTable } from '../parts/pushes-table.js';
import { changingRows } from '../parts/rows.js';
import { stateFilter } from '../parts/state-filter.js';
import { hashOf } from '../route.js';
import type { Page, View } from '../view.js';
import { pushActions } from './push-actions.js';

type PushState = Push['state'];

/** What WeChat told the server. */
export const pushesPage: Page = (view) => {
  const { main, route } = view;
  const state = PUSH_STATES.find((each) => each === route.query.get('state'));
  const results = html('div', { id: 'results' });
  const show = () =>
    load(view, results, {
      get: () => view.api.pushes({ state, after: route.query.get('after') ?? undefined }),
      show: (pushes) => list(view, pushes, state),
    });
  const filter = stateFilter({
    states: PUSH_STATES,
    chosen: state,
    meaning: (each) => text(`pushes.means.${each}`),
    choose: (chosen) => view.go(hashOf(['pushes'], { state: chosen })),
  });
  const refresh = button(text('console.refresh'), () => void show(), { id: 'refresh' });
  main.append(
    heading(text('pushes.title'), text('pushes.lead'), html('div', { class: 'controls' }, refresh)),
    html('div', { class: 'search', role: 'search' }, ...filter),
    results,
  );
  void show();
};

function list(view: View, { items, next }: List<Push>, state: PushState | undefined): Child[] {
  const pages = pager(view.route, next, { next: text('console.older'), first: text('console.newest') });
  if (items.length === 0) {
    const title = text(state === undefined ? 'pushes.none' : 'pushes.none_in_state');
    view.announce(title);
    return [
      empty(title, state === undefined ? text('pushes.none_what') : text(`pushes.means.${state}`)),
      pages,
    ];
  }
  const summary = counted('pushes.found', items.length);
  view.announce(summary);
  const title = text('pushes.title');
  const rows = changingRows(items, (pushes, changed) =>
    pushesTable(title, pushes, view.canChange ? (push) => pushActions(view, push, changed) : undefined),
  );
  return [section(title, [html('p', { class: 'summary' }, summary)], rows), pages];
}
