import type { Service } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { text } from '../language/language.js';
import { code } from '../parts/code.js';
import { empty } from '../parts/empty.js';
import { heading } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { table } from '../parts/table.js';
import type { Page } from '../view.js';

/** The back ends that may ask. */
export const servicesPage: Page = (view) => {
  const services = html('div', { id: 'services' });
  view.main.append(heading(text('services.title'), text('services.lead')), services);
  void load(view, services, {
    get: () => view.api.services(),
    show: ({ items }) => [list(items)],
  });
};

function list(services: readonly Service[]): HTMLElement {
  if (services.length === 0) {
    return empty(text('services.none'), text('services.none_what'));
  }
  const columns = [
    { heading: text('services.service'), cell: ({ id }: Service) => code(id) },
    { heading: text('services.scopes'), cell: ({ scopes }: Service) => codes(scopes) },
    { heading: text('services.apps'), cell: appsOf },
  ];
  return table(text('services.title'), columns, services);
}

function appsOf({ apps }: Service): Child {
  return apps === undefined ? text('services.every_app') : codes(apps);
}

function codes(names: readonly string[]): HTMLElement {
  return html('span', { class: 'codes' }, ...names.map(code));
}
