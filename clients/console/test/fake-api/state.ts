/** All that the fake server remembers between requests. */
import { FakeKeys } from './keys.js';
import { ago, type FakePerson, people } from './people.js';
import { type FakePush, pushes } from './pushes.js';
import { event, events, type Fields } from './records.js';
import { deliveries, type FakeDelivery } from './webhooks.js';

/** The accounts of the fake server. */
export const OPERATORS: Record<string, { password: string; role: string; totp?: string }> = {
  dev: { password: 'correct horse battery', role: 'operator' },
  li: { password: 'correct horse battery', role: 'operator', totp: '246810' },
  guest: { password: 'only looking', role: 'viewer' },
};

export class State {
  readonly people: FakePerson[] = people();
  readonly events: Fields[] = events(this.people);
  readonly pushes: FakePush[] = pushes(this.people);
  readonly deliveries: FakeDelivery[] = deliveries(this.people);
  keys = new FakeKeys();
  /** The names of the operators that are signed in, by cookie. */
  readonly signedIn = new Map<string, string>();
  /** The next requests to fail, each by a part of its path, with the status and the code. */
  readonly failures: { path: string; status: number; code: string; retryAfter?: number }[] = [];
  isEmpty = false;

  person(id: string): FakePerson | undefined {
    return this.people.find((person) => person.id === id);
  }

  /** Records what an operator did. Returns the event's id. */
  record(kind: string, person: FakePerson, operator: string): string {
    const added = event(kind, ago(0), { user_id: person.id, by: `operator:${operator}`, ip: '192.0.2.4' });
    this.events.unshift(added);
    return added.id;
  }

  /** Records what an operator did with a message of WeChat's. */
  recordPush(kind: string, { id, app_id, openid }: FakePush, operator: string): void {
    const about = { app_id, ...(openid !== undefined && { openid }), detail: id };
    this.events.unshift(event(kind, ago(0), { ...about, by: `operator:${operator}`, ip: '192.0.2.4' }));
  }

  /** Records that an operator had an event sent to a webhook again. */
  recordRedelivery({ id }: FakeDelivery, operator: string): void {
    const about = { detail: String(id), by: `operator:${operator}`, ip: '192.0.2.4' };
    this.events.unshift(event('webhook_redelivered', ago(0), about));
  }

  endSessions(person: FakePerson, reason: string): void {
    for (const session of person.sessions.filter(({ ended_at: endedAt }) => endedAt === undefined)) {
      Object.assign(session, { ended_at: ago(0), end_reason: reason });
    }
  }

  erase(person: FakePerson): void {
    Object.assign(person, { status: 'erased', nickname: '', avatar_url: '', gender: 0, language: '' });
    Object.assign(person, { country: '', province: '', city: '', identities: [], sessions: [] });
    delete person.phone;
    for (const event of this.events.filter(({ user_id: id }) => id === person.id)) {
      for (const name of ['openid', 'ip', 'user_agent']) {
        delete event[name];
      }
    }
  }
}
