/** The webhooks of the fake server, and the events that they have not taken. */
import { APPS, ago, type FakePerson, masked } from './people.js';
import { event, type Fields } from './records.js';

const MINUTE = 60_000;

export interface FakeDelivery {
  readonly id: number;
  readonly webhook: string;
  state: 'waiting' | 'undelivered';
  readonly event: Fields;
  tries: number;
  next_try_at?: string;
  outcome?: string;
}

/** The webhooks of the configuration. The last one has taken everything. */
const CONFIGURED = [
  { name: 'shop', host: 'shop.example.com', events: ['registered', 'user_erased'] },
  {
    name: 'crm',
    host: 'events.crm.internal.example.org:8443',
    events: ['registered', 'joined', 'profile_changed', 'phone_bound', 'phone_unbound', 'user_erased'],
  },
  { name: 'reports', host: 'reports.example.com', events: ['logged_in'] },
];

type Case = Pick<FakeDelivery, 'webhook' | 'state' | 'tries' | 'outcome'> & { readonly kind: string };

const WAITS = { webhook: 'crm', state: 'waiting', kind: 'profile_changed', tries: 1 } as const;

/** The latest deliveries: each state, and each way in which a try ends. */
const CASES: readonly Case[] = [
  { webhook: 'shop', state: 'waiting', kind: 'registered', tries: 0 },
  { webhook: 'shop', state: 'waiting', kind: 'registered', tries: 3, outcome: '503' },
  { webhook: 'shop', state: 'undelivered', kind: 'user_erased', tries: 15, outcome: 'timed_out' },
  { webhook: 'shop', state: 'waiting', kind: 'registered', tries: 2, outcome: '401' },
  { ...WAITS, outcome: '404' },
  { ...WAITS, outcome: '308' },
  { ...WAITS, outcome: 'not_connected' },
  { ...WAITS, outcome: 'private_address' },
  { ...WAITS, outcome: 'connection_lost' },
  { ...WAITS, outcome: 'unreadable' },
  { ...WAITS, outcome: 'busy' },
  { webhook: 'crm', state: 'undelivered', kind: 'phone_bound', tries: 15, outcome: '500' },
  // It has left the configuration.
  { webhook: 'old-shop', state: 'undelivered', kind: 'registered', tries: 15, outcome: 'not_connected' },
];

/** What the deliveries before those are. */
const USUAL: Case = { ...WAITS, tries: 8, outcome: '503' };

/** The id of the latest delivery. */
export const LATEST = 1070;

function delivery(people: readonly FakePerson[], index: number): FakeDelivery {
  const { kind, ...given } = CASES[index] ?? USUAL;
  const who = people[index % 10];
  const isErased = kind === 'user_erased';
  return {
    id: LATEST - index,
    ...given,
    event: event(kind, ago((index * 9 + 1) * MINUTE), {
      ...(who !== undefined && { user_id: who.id }),
      ...(!isErased && { app_id: APPS[index % 2], openid: masked(who?.identities[0]?.openid ?? '') }),
      ...(isErased && { by: 'operator:li' }),
    }),
    ...(given.state === 'waiting' && { next_try_at: ago(-given.tries * MINUTE) }),
  };
}

/** Deliveries, the newest first. */
export function deliveries(people: readonly FakePerson[]): FakeDelivery[] {
  return Array.from({ length: 70 }, (_, index) => delivery(people, index));
}

/** The webhooks of the configuration, with how much each has not taken. */
export function webhooks(left: readonly FakeDelivery[]): unknown[] {
  return CONFIGURED.map((webhook) => {
    const count = (state: FakeDelivery['state']) =>
      left.filter((each) => each.webhook === webhook.name && each.state === state).length;
    return { ...webhook, waiting: count('waiting'), undelivered: count('undelivered') };
  });
}

/** Has an event wait for its next try at once; `false` where its webhook is not configured. */
export function redeliverEvent(delivery: FakeDelivery): boolean {
  const isConfigured = CONFIGURED.some(({ name }) => name === delivery.webhook);
  if (isConfigured) {
    Object.assign(delivery, { state: 'waiting', next_try_at: ago(0) });
  }
  return isConfigured;
}
