import type { Keys, Service, SigningKey } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { time } from '../format.js';
import { named, text } from '../language/language.js';
import { badge, type Tone } from '../parts/badge.js';
import { code } from '../parts/code.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { masterKeys } from '../parts/master-keys.js';
import { table } from '../parts/table.js';
import type { Page } from '../view.js';

/** The keys at rest and in use, and the back ends that may ask. */
export const keysPage: Page = (view) => {
  const keys = html('div', { id: 'keys' });
  const services = html('div', { id: 'services' });
  view.main.append(heading(text('keys.title'), text('keys.lead')), keys, services);

  /** Shows the keys as they are now. The focus stays at the work if it was among them. */
  const show = async () => {
    let hadFocus = false;
    await load(view, keys, {
      get: () => view.api.keys(),
      show: (body) => {
        hadFocus = keys.contains(document.activeElement);
        return [masterKeys(view, body, () => void show()), signingKeys(body)];
      },
    });
    if (hadFocus) {
      document.getElementById('work')?.focus();
    }
  };
  void show();
  void load(view, services, {
    get: () => view.api.services(),
    show: ({ items }) => [servicesSection(items)],
  });
};

const SIGNING_TONES: Record<string, Tone> = { signs: 'good' };

function signingKeys({ signing_keys: keys }: Keys): HTMLElement {
  const title = text('keys.signing');
  if (keys.length === 0) {
    return section(title, [], empty(text('keys.no_signing'), text('keys.no_signing_what')));
  }
  const columns = [
    { heading: text('keys.id'), cell: ({ id }: SigningKey) => code(id) },
    {
      heading: text('keys.state'),
      cell: ({ state }: SigningKey) => badge(named('signing', state), SIGNING_TONES[state]),
    },
    { heading: text('keys.signs_from'), cell: ({ signs_from }: SigningKey) => time(signs_from) },
  ];
  return section(
    title,
    [],
    html('p', { class: 'lead' }, text('keys.signing_lead')),
    table(title, columns, keys),
  );
}

function servicesSection(services: readonly Service[]): HTMLElement {
  const title = text('keys.services');
  if (services.length === 0) {
    return section(title, [], empty(text('keys.no_services'), text('keys.no_services_what')));
  }
  const columns = [
    { heading: text('keys.service'), cell: ({ id }: Service) => code(id) },
    { heading: text('keys.scopes'), cell: ({ scopes }: Service) => codes(scopes) },
    { heading: text('keys.apps'), cell: appsOf },
  ];
  return section(
    title,
    [],
    html('p', { class: 'lead' }, text('keys.services_lead')),
    table(title, columns, services),
  );
}

function appsOf({ apps }: Service): Child {
  return apps === undefined ? text('keys.every_app') : codes(apps);
}

function codes(names: readonly string[]): HTMLElement {
  return html('span', { class: 'codes' }, ...names.map(code));
}
