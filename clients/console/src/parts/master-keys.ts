import { type Keys, type MasterKey, SEALED_KINDS, type Work } from '../api/bodies.js';
import { button, type Child, html } from '../dom.js';
import { dateTime, number } from '../format.js';
import { counted, named, text } from '../language/language.js';
import type { View } from '../view.js';
import { badge, type Tone } from './badge.js';
import { code } from './code.js';
import { ask } from './dialog.js';
import { empty } from './empty.js';
import { section } from './heading.js';
import { icon } from './icon.js';
import { progress, runningWork } from './key-work.js';
import { table } from './table.js';

const TONES: Record<MasterKey['state'], Tone> = { newest: 'good', older: 'plain', missing: 'bad' };

/** Which master key seals how many rows, and what moves them to the newest. `again` shows the keys as they are now. */
export function masterKeys(view: View, keys: Keys, again: () => void): HTMLElement {
  const { master_keys: items, counted_at: countedAt } = keys;
  const title = text('keys.master');
  if (items.length === 0) {
    return section(title, [], empty(text('keys.no_master'), text('keys.no_master_what')));
  }
  const when =
    countedAt === undefined ? text('keys.not_counted') : text('keys.counted', { time: dateTime(countedAt) });
  const missing = items.filter(({ state }) => state === 'missing').map(warning);
  const work = html('div', { class: 'work', id: 'work', tabindex: -1 });
  const running = runningWork(keys);
  work.append(
    ...(running === undefined ? idle(view, keys, again) : [progress(view, running, again)]).filter(
      (child) => child !== undefined,
    ),
  );
  return section(
    title,
    [html('p', { class: 'summary' }, when)],
    html('p', { class: 'lead' }, text('keys.master_lead')),
    ...missing,
    table(title, columns(countedAt !== undefined), items),
    work,
  );
}

/** That rows cannot be opened any more, and what to do about it. */
function warning(key: MasterKey): HTMLElement {
  const words = text('keys.missing', { id: key.id, rows: counted('keys.rows', rows(key)) });
  return html('p', { class: 'notice bad', 'data-missing': key.id }, icon('alert'), html('span', {}, words));
}

function columns(isCounted: boolean) {
  const count = (value: number) => (isCounted ? number(value) : undefined);
  return [
    { heading: text('keys.id'), cell: ({ id }: MasterKey) => code(id) },
    {
      heading: text('keys.state'),
      cell: ({ state }: MasterKey) => badge(named('master', state), TONES[state]),
    },
    ...SEALED_KINDS.map((kind) => ({
      heading: text(`sealed.${kind}`),
      isNumber: true,
      cell: ({ sealed }: MasterKey) => count(sealed[kind]),
    })),
    { heading: text('keys.total'), isNumber: true, cell: (key: MasterKey) => count(rows(key)) },
  ];
}

function rows({ sealed }: MasterKey): number {
  return SEALED_KINDS.reduce((sum, kind) => sum + sealed[kind], 0);
}

/** What there is to re-seal, the button that starts it, and how the last one went. */
function idle(view: View, { master_keys: keys, work }: Keys, again: () => void): Child[] {
  const left = keys.filter(({ state }) => state === 'older').reduce((sum, key) => sum + rows(key), 0);
  const last = work?.kind === 'reseal' ? work : undefined;
  if (left === 0) {
    return [html('p', { class: 'hint', id: 'reseal-nothing' }, text('keys.reseal_nothing')), done(last)];
  }
  if (last?.state === 'stopped') {
    const { done, total } = last;
    const words = text('keys.reseal_stopped', { done: number(done), total: number(total) });
    return [html('p', { class: 'notice' }, words), ...starter(view, keys, left, again)];
  }
  return [...starter(view, keys, left, again), done(last)];
}

function done(last: Work | undefined): Child {
  if (last?.state !== 'done') {
    return undefined;
  }
  const values = {
    rows: counted('keys.rows', last.done),
    by: last.started_by ?? '',
    time: dateTime(last.started_at),
  };
  return html('p', { class: 'hint' }, text('keys.reseal_last', values));
}

function starter(view: View, keys: readonly MasterKey[], left: number, again: () => void): Child[] {
  const words = { rows: counted('keys.rows', left) };
  if (!view.canChange) {
    return [html('p', { class: 'hint' }, text('keys.reseal_viewer', words))];
  }
  const id = keys.find(({ state }) => state === 'newest')?.id ?? '';
  const start = () =>
    ask(view, {
      title: text('keys.reseal_title', { ...words, id }),
      what: text('keys.reseal_confirm'),
      confirm: text('keys.reseal'),
      busy: text('keys.reseal_busy'),
      run: async () => {
        await view.api.reseal();
        view.announce(text('keys.reseal_begun'));
        again();
      },
    });
  return [
    button(text('keys.reseal'), start, {
      id: 'do-reseal',
      class: 'button primary',
      'aria-describedby': 'reseal-what',
    }),
    html('p', { class: 'hint', id: 'reseal-what' }, text('keys.reseal_what', words)),
  ];
}
