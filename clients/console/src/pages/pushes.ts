import { type List, PUSH_STATES, type Push } from '../api/bodies.js';
import { button, type Child, facts, html } from '../dom.js';
import { counted, named, text } from '../language/language.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { pushesTable } from '../parts/pushes-table.js';
import { hashOf } from '../route.js';
import type { Page, View } from '../view.js';
import { pushActions, redeliverId } from './push-actions.js';

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
  const refresh = button(text('console.refresh'), () => void show(), { id: 'refresh' });
  main.append(
    heading(text('pushes.title'), text('pushes.lead'), html('div', { class: 'controls' }, refresh)),
    filter(view, state),
    results,
  );
  void show();
};

/** The choice of a state, with what it means. */
function filter(view: View, state: PushState | undefined): HTMLElement {
  const options = PUSH_STATES.map((each) =>
    html('option', { value: each, selected: each === state }, named('push', each)),
  );
  const select = html(
    'select',
    { id: 'state' },
    html('option', { value: '' }, text('pushes.any_state')),
    ...options,
  );
  select.addEventListener('change', () => view.go(hashOf(['pushes'], { state: select.value })));
  const field = html(
    'div',
    { class: 'field' },
    html('label', { for: 'state' }, text('pushes.state')),
    html('span', { class: 'select' }, select),
  );
  if (state === undefined) {
    return html('div', { class: 'search', role: 'search' }, field, meanings());
  }
  select.setAttribute('aria-describedby', 'state-means');
  const words = html('p', { class: 'hint', id: 'state-means' }, text(`pushes.means.${state}`));
  return html('div', { class: 'search', role: 'search' }, field, words);
}

function meanings(): HTMLElement {
  const entries = PUSH_STATES.map((state) => [named('push', state), text(`pushes.means.${state}`)] as const);
  return html('details', { class: 'meanings' }, html('summary', {}, text('pushes.states')), facts(entries));
}

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
  const rows = html('div');
  const draw = (pushes: readonly Push[]) => {
    const changed = (sent: Push) => {
      draw(pushes.map((push) => (push.id === sent.id ? sent : push)));
      document.getElementById(redeliverId(sent))?.focus();
    };
    const actions = view.canChange ? (push: Push) => pushActions(view, push, changed) : undefined;
    rows.replaceChildren(pushesTable(title, pushes, actions));
  };
  draw(items);
  return [section(title, [html('p', { class: 'summary' }, summary)], rows), pages];
}
