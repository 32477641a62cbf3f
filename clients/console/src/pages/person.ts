import type { Identity, PersonDetails, Session } from '../api/bodies.js';
import { button, type Child, facts, html, setBusy } from '../dom.js';
import { time } from '../format.js';
import { named, text } from '../language/language.js';
import { badge, statusBadge } from '../parts/badge.js';
import { breakable, code } from '../parts/code.js';
import { empty } from '../parts/empty.js';
import { clientOf, eventsTable } from '../parts/events-table.js';
import { section } from '../parts/heading.js';
import { icon } from '../parts/icon.js';
import { load } from '../parts/load.js';
import { table } from '../parts/table.js';
import { hashOf } from '../route.js';
import type { Page, View } from '../view.js';
import { placeOf } from './people.js';
import { actions } from './person-actions.js';

/** Everything on record of one person, and what can be done. */
export const personPage: Page = (view) => {
  const id = view.route.path[1] ?? '';
  const title = html('h1', { tabindex: -1 }, text('person.title'));
  const notice = html('div', { id: 'notice', tabindex: -1, role: 'status' });
  const body = html('div', { id: 'person' });
  const back = html('a', { class: 'back', href: hashOf(['people']) }, icon('back'), text('person.back'));
  view.main.append(back, html('div', { class: 'person-title' }, title), notice, body);

  const show = (isWhole: boolean) =>
    load(view, body, {
      get: () => (isWhole ? view.api.wholePerson(id) : view.api.person(id)),
      show: (person) => {
        title.textContent = person.nickname || text('people.nameless');
        title.nextElementSibling?.remove();
        title.after(statusBadge(person.status));
        return details(view, person, isWhole, say, show);
      },
    });
  /** Says how something ended, and shows the person as they are now. */
  const say = async (words: string) => {
    await show(false);
    notice.replaceChildren(html('p', { class: 'notice good' }, icon('check'), words));
    notice.focus();
  };
  void show(false);
};

function details(
  view: View,
  person: PersonDetails,
  isWhole: boolean,
  say: (words: string) => Promise<void>,
  show: (isWhole: boolean) => Promise<void>,
): Child[] {
  const isErased = person.status === 'erased';
  const more = html(
    'p',
    { class: 'links' },
    html('a', { href: hashOf(['why'], { q: person.id }) }, text('person.why')),
    html('a', { href: hashOf(['events'], { user: person.id }) }, text('person.all_events')),
  );
  return [
    isErased ? erased(person) : undefined,
    html(
      'div',
      { class: 'person-top' },
      html('div', { class: 'card' }, profile(person), more, whole(view, person, isWhole, show)),
      view.canChange && !isErased ? actions(view, person, say) : undefined,
    ),
    identities(person.identities),
    sessions(person.sessions),
    events(person),
  ];
}

/** That the person is erased, with the event that proves it. */
function erased({ events: items }: PersonDetails): HTMLElement {
  const proof = items.find(({ kind }) => kind === 'user_erased');
  const words = proof === undefined ? '' : ` ${text('person.erased_proof', { event: proof.id })}`;
  return html('p', { class: 'notice', id: 'erased' }, text('person.erased_what'), words);
}

function profile(person: PersonDetails): HTMLElement {
  const gender = named('gender', String(person.gender));
  const { phone } = person;
  const number =
    phone === undefined
      ? text('person.no_phone')
      : html(
          'span',
          {},
          html('span', { class: 'number', id: 'phone' }, phone.number),
          html(
            'span',
            { class: 'more' },
            text('person.bound', { time: time(phone.bound_at).textContent ?? '' }),
          ),
        );
  return facts([
    [text('person.phone'), number],
    [text('person.id'), code(person.id)],
    [text('person.registered'), time(person.created_at)],
    [text('person.updated'), time(person.updated_at)],
    [text('person.place'), placeOf(person)],
    [text('person.gender'), gender === '0' ? undefined : gender],
    [text('person.language'), person.language],
    [text('person.avatar'), person.avatar_url ? code(person.avatar_url) : undefined],
  ]);
}

/** The button that shows numbers and ids in full. Only operators have it, since it is recorded. */
function whole(
  view: View,
  person: PersonDetails,
  isWhole: boolean,
  show: (isWhole: boolean) => Promise<void>,
): HTMLElement | undefined {
  if (!view.canChange || person.status === 'erased') {
    return undefined;
  }
  if (isWhole) {
    return html('p', { class: 'whole hint', id: 'whole-note', tabindex: -1 }, text('person.shown_whole'));
  }
  const reveal = button(
    text('person.show_whole'),
    async () => {
      setBusy(reveal, text('console.loading'));
      await show(true);
      view.announce(text('person.shown_whole'));
      document.getElementById('whole-note')?.focus();
    },
    { id: 'show-whole', 'aria-describedby': 'whole-hint' },
  );
  const hint = html('span', { class: 'hint', id: 'whole-hint' }, text('person.show_whole_notice'));
  return html('div', { class: 'whole' }, reveal, hint);
}

function identities(items: readonly Identity[]): HTMLElement {
  const title = text('person.identities');
  if (items.length === 0) {
    return section(title, [], empty(text('person.no_identities'), text('person.no_identities_what')));
  }
  const columns = [
    { heading: text('person.app'), cell: ({ app_id }: Identity) => code(app_id) },
    { heading: text('person.openid'), cell: ({ openid }: Identity) => breakable(openid) },
    { heading: text('person.unionid'), cell: ({ unionid }: Identity) => unionid && breakable(unionid) },
    { heading: text('person.first_seen'), cell: ({ first_seen_at }: Identity) => time(first_seen_at) },
    { heading: text('person.last_seen'), cell: ({ last_seen_at }: Identity) => time(last_seen_at) },
  ];
  return section(title, [], table(title, columns, items));
}

function sessions(items: readonly Session[]): HTMLElement {
  const title = text('person.sessions');
  if (items.length === 0) {
    return section(title, [], empty(text('person.no_sessions'), text('person.no_sessions_what')));
  }
  const columns = [
    { heading: text('person.state'), cell: stateOf },
    { heading: text('person.app'), cell: ({ app_id }: Session) => code(app_id) },
    { heading: text('person.opened'), cell: ({ created_at }: Session) => time(created_at) },
    { heading: text('person.last_seen'), cell: ({ last_seen_at }: Session) => time(last_seen_at) },
    {
      heading: text('person.expires'),
      cell: ({ ended_at, expires_at }: Session) => time(ended_at ?? expires_at),
    },
    { heading: text('person.client'), cell: clientOf },
  ];
  return section(title, [], table(title, columns, items));
}

function stateOf({ state, ended_at, end_reason, expires_at }: Session): HTMLElement {
  if (ended_at !== undefined) {
    return badge(named('end', end_reason ?? ''));
  }
  return badge(named('session', state), Date.parse(expires_at) > Date.now() ? 'good' : 'plain');
}

function events({ id, events: items }: PersonDetails): HTMLElement {
  const title = text('person.events');
  if (items.length === 0) {
    return section(title, [], empty(text('person.no_events'), text('person.no_events_what')));
  }
  const all = html('a', { href: hashOf(['events'], { user: id }) }, text('person.all_events'));
  return section(title, [all], eventsTable(title, items, true));
}
