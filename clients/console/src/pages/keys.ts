import type { Keys, MasterKey, Reseal, Service } from '../api/bodies.js';
import { RequestError } from '../api/problem.js';
import { button, type Child, html, setBusy } from '../dom.js';
import { number, relative, time } from '../format.js';
import { named, text } from '../language/language.js';
import { badge } from '../parts/badge.js';
import { code } from '../parts/code.js';
import { empty } from '../parts/empty.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { problemView } from '../parts/problem.js';
import { table } from '../parts/table.js';
import type { Page, View } from '../view.js';

/** How often the progress of the re-sealing is read, in milliseconds. */
const PACE = 1000;

/** The keys at rest and in use, and the back ends that may ask. */
export const keysPage: Page = (view) => {
  const keys = html('div', { id: 'keys' });
  const services = html('div', { id: 'services' });
  view.main.append(heading(text('keys.title'), text('keys.lead')), keys, services);
  watch(view, keys);
  void load(view, services, {
    get: () => view.api.services(),
    show: ({ items }) => [servicesSection(items)],
  });
};

/** Shows the keys, and again as long as re-sealing runs. */
function watch(view: View, container: HTMLElement, wasRunning = false): void {
  const again = () => watch(view, container, true);
  void load(view, container, {
    get: () => view.api.keys(),
    show: (keys) => {
      if (keys.reseal?.running === true) {
        const timer = setTimeout(again, PACE);
        view.signal.addEventListener('abort', () => clearTimeout(timer));
      } else if (wasRunning) {
        view.announce(stopped(keys.reseal) ?? text('keys.reseal_done'));
      }
      return [masterSection(view, keys, again), signingSection(keys)];
    },
  });
}

function masterSection(view: View, { master_keys: keys, reseal }: Keys, again: () => void): HTMLElement {
  const title = text('keys.master');
  if (keys.length === 0) {
    return section(title, [], empty(text('keys.no_master'), text('keys.no_master_what')));
  }
  const kinds = [...new Set(keys.flatMap(({ sealed }) => Object.keys(sealed)))];
  const columns = [
    { heading: text('keys.id'), cell: ({ id }: MasterKey) => code(id) },
    { heading: text('keys.state'), cell: keyState },
    ...kinds.map((kind) => ({
      heading: named('sealed', kind),
      isNumber: true,
      cell: ({ sealed }: MasterKey) => number(sealed[kind] ?? 0),
    })),
    {
      heading: text('keys.total'),
      isNumber: true,
      cell: (key: MasterKey) => html('strong', {}, number(rows(key))),
    },
  ];
  return section(
    title,
    [],
    html('p', { class: 'lead' }, text('keys.master_lead')),
    table(title, columns, keys),
    resealing(view, keys, reseal, again),
  );
}

function keyState({ is_active: isActive }: MasterKey): HTMLElement {
  return isActive ? badge(text('key.active'), 'good') : badge(text('key.inactive'));
}

function rows({ sealed }: MasterKey): number {
  return Object.values(sealed).reduce((sum, count) => sum + count, 0);
}

/** The progress of the re-sealing, or the button that starts it. */
function resealing(
  view: View,
  keys: readonly MasterKey[],
  reseal: Reseal | null,
  again: () => void,
): HTMLElement {
  const left = keys.filter((key) => !key.is_active).reduce((sum, key) => sum + rows(key), 0);
  if (reseal?.running === true) {
    return html('div', { class: 'reseal card' }, ...progress(reseal));
  }
  if (left === 0) {
    return html('p', { class: 'hint', id: 'reseal-nothing' }, text('keys.reseal_nothing'));
  }
  const words = stopped(reseal);
  const note = words === undefined ? undefined : html('p', {}, words);
  if (!view.canChange) {
    return html('div', { class: 'reseal' }, note);
  }
  return html('div', { class: 'reseal' }, note, ...starter(view, again));
}

/** That the last re-sealing did not reach the end; `undefined` if it did, or if there was none. */
function stopped(reseal: Reseal | null): string | undefined {
  if (reseal === null || reseal.running || reseal.done >= reseal.total) {
    return undefined;
  }
  return text('keys.reseal_stopped', { done: number(reseal.done), total: number(reseal.total) });
}

function progress({ done, total, started_at: startedAt }: Reseal): Child[] {
  const label = text('keys.resealing');
  const bar = html('progress', {
    id: 'reseal-progress',
    max: Math.max(total, 1),
    value: done,
    'aria-label': label,
  });
  const words = text('keys.reseal_progress', { done: number(done), total: number(total) });
  const started = text('keys.reseal_started', { time: relative(startedAt) });
  return [html('p', { class: 'strong' }, label), bar, html('p', { class: 'hint' }, `${words} · ${started}`)];
}

function starter(view: View, again: () => void): Child[] {
  const failure = html('div');
  const start = async () => {
    failure.replaceChildren();
    const end = setBusy(pressed, text('keys.resealing'));
    try {
      await view.api.reseal();
      view.announce(text('keys.reseal_begun'));
      again();
    } catch (error) {
      end();
      if (error instanceof RequestError && error.status === 401) {
        view.signInAgain();
      } else if (!view.signal.aborted) {
        failure.replaceChildren(problemView(error, { retry: () => void start() }));
      }
    }
  };
  const pressed = button(text('keys.reseal'), () => void start(), {
    id: 'do-reseal',
    class: 'button primary',
    'aria-describedby': 'reseal-what',
  });
  return [failure, pressed, html('p', { class: 'hint', id: 'reseal-what' }, text('keys.reseal_what'))];
}

function signingSection({ signing_keys: keys }: Keys): HTMLElement {
  type Key = (typeof keys)[number];
  const title = text('keys.signing');
  if (keys.length === 0) {
    return section(title, [], empty(text('keys.no_signing'), text('keys.no_signing_what')));
  }
  const columns = [
    { heading: text('keys.id'), cell: ({ kid }: Key) => code(kid) },
    { heading: text('keys.state'), cell: ({ state }: Key) => badge(named('signing', state)) },
    { heading: text('keys.created'), cell: ({ created_at }: Key) => time(created_at) },
  ];
  return section(title, [], table(title, columns, keys));
}

function servicesSection(services: readonly Service[]): HTMLElement {
  const title = text('keys.services');
  if (services.length === 0) {
    return section(title, [], empty(text('keys.no_services'), text('keys.no_services_what')));
  }
  const columns = [
    { heading: text('keys.service'), cell: ({ id }: Service) => code(id) },
    { heading: text('keys.scopes'), cell: ({ scopes }: Service) => codes(scopes) },
    {
      heading: text('keys.apps'),
      cell: ({ apps }: Service) => (apps.length === 0 ? text('keys.every_app') : codes(apps)),
    },
  ];
  return section(
    title,
    [],
    html('p', { class: 'lead' }, text('keys.services_lead')),
    table(title, columns, services),
  );
}

function codes(names: readonly string[]): HTMLElement {
  return html('span', { class: 'codes' }, ...names.map(code));
}
