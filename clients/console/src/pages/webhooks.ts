import { DELIVERY_STATES, type Delivery, type List, type Webhook } from '../api/bodies.js';
import { button, type Child, html } from '../dom.js';
import { dateTime } from '../format.js';
import { counted, named, text } from '../language/language.js';
import { choice, options } from '../parts/choice.js';
import { deliveriesTable } from '../parts/deliveries-table.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { pager } from '../parts/pager.js';
import { redeliverButton } from '../parts/redeliver.js';
import { changingRows } from '../parts/rows.js';
import { stateFilter } from '../parts/state-filter.js';
import { webhooksTable } from '../parts/webhooks-table.js';
import { hashOf } from '../route.js';
import type { Page, View } from '../view.js';

type DeliveryState = Delivery['state'];

/** Which deliveries are listed. */
interface Filter {
  readonly webhook: string | undefined;
  readonly state: DeliveryState | undefined;
  readonly after: string | undefined;
}

/** Where the server posts its events, and which of them were not taken. */
export const webhooksPage: Page = (view) => {
  const { main, route } = view;
  const filter: Filter = {
    webhook: route.query.get('webhook') || undefined,
    state: DELIVERY_STATES.find((each) => each === route.query.get('state')),
    after: route.query.get('after') ?? undefined,
  };
  const webhooks = html('div', { id: 'webhooks' });
  const results = html('div', { id: 'results' });
  const summary = html('p', { class: 'summary' });
  const names = html('select', { id: 'webhook' }, ...namesOf([], filter));
  const search = html('div', { class: 'search', role: 'search' }, ...filters(view, filter, names));
  const deliveries = section(text('webhooks.deliveries'), [summary], search, results);

  const showWebhooks = () =>
    load(view, webhooks, {
      get: () => view.api.webhooks(),
      show: (items) => {
        names.replaceChildren(...namesOf(items, filter));
        return [webhooksSection(items)];
      },
    });
  const showDeliveries = () =>
    load(view, results, {
      get: () => view.api.deliveries({ ...filter }),
      show: (page) => {
        summary.textContent = page.items.length === 0 ? '' : counted('events.found', page.items.length);
        return list(view, page, filter, () => void showWebhooks());
      },
    });
  const show = () => Promise.all([showWebhooks(), showDeliveries()]);
  const refresh = button(text('console.refresh'), () => void show(), { id: 'refresh' });
  main.append(
    heading(text('webhooks.title'), text('webhooks.lead'), html('div', { class: 'controls' }, refresh)),
    webhooks,
    deliveries,
  );
  void show().then(() => {
    if (!view.signal.aborted) {
      moveTo(deliveries, filter, search);
    }
  });
};

/** Leads to the list once a part of it was asked for, since the webhooks come first. The filter keeps the focus. */
function moveTo(deliveries: HTMLElement, filter: Filter, search: HTMLElement): void {
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  if (search.contains(document.activeElement)) {
    deliveries.scrollIntoView();
  } else if (isFiltered && document.activeElement?.tagName === 'H1') {
    deliveries.scrollIntoView();
    const title = deliveries.querySelector('h2');
    title?.setAttribute('tabindex', '-1');
    title?.focus({ preventScroll: true });
  }
}

/** The names to choose from: those of the configuration, and the one that is chosen. */
function namesOf(webhooks: readonly Webhook[], { webhook }: Filter): HTMLOptionElement[] {
  const names = new Set([...webhooks.map(({ name }) => name), ...(webhook === undefined ? [] : [webhook])]);
  return options(
    text('webhooks.any'),
    [...names].map((name) => [name, name] as const),
    webhook,
  );
}

function filters(view: View, { webhook, state }: Filter, names: HTMLSelectElement): HTMLElement[] {
  names.addEventListener('change', () => view.go(hashOf(['webhooks'], { webhook: names.value, state })));
  const ofState = stateFilter({
    states: DELIVERY_STATES,
    chosen: state,
    meaning: (each) => text(`webhooks.means.${each}`),
    choose: (chosen) => view.go(hashOf(['webhooks'], { webhook, state: chosen })),
  });
  return [choice(text('webhooks.webhook'), names), ...ofState];
}

function webhooksSection(webhooks: readonly Webhook[]): HTMLElement {
  const title = text('webhooks.configured');
  const content =
    webhooks.length === 0
      ? empty(text('webhooks.none'), text('webhooks.none_what'))
      : webhooksTable(title, webhooks);
  return section(title, [], content);
}

function list(view: View, { items, next }: List<Delivery>, filter: Filter, changed: () => void): Child[] {
  const pages = pager(view.route, next, { next: text('console.older'), first: text('console.newest') });
  if (items.length === 0) {
    const [title, what] = nothing(filter);
    view.announce(title);
    return [empty(title, what), pages];
  }
  view.announce(counted('events.found', items.length));
  const rows = changingRows(items, (deliveries, replace) => {
    const action = (delivery: Delivery) =>
      redeliver(view, delivery, (sent) => {
        replace(sent);
        changed();
      });
    return deliveriesTable(text('webhooks.deliveries'), deliveries, view.canChange ? action : undefined);
  });
  return [rows, pages];
}

/** What an empty list says. */
function nothing({ state, after }: Filter): [title: string, what: string] {
  if (after !== undefined) {
    return [text('webhooks.no_older'), text('webhooks.no_older_what')];
  }
  const which = state ?? 'any';
  return [text(`webhooks.nothing.${which}`), text(`webhooks.nothing_what.${which}`)];
}

function redeliver(view: View, delivery: Delivery, changed: (sent: Delivery) => void): HTMLElement {
  const { id, webhook, event } = delivery;
  const words = { webhook, event: named('event', event.kind), time: dateTime(event.at) };
  return redeliverButton(view, {
    id,
    label: text('webhooks.redeliver_of', words),
    title: text('webhooks.redeliver_title', words),
    what: text('webhooks.redeliver_what'),
    run: () => view.api.redeliverEvent(id),
    changed,
  });
}
