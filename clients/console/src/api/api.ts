import { languageTag } from '../language/language.js';
import type {
  Delivery,
  Diagnosis,
  Erasure,
  Keys,
  List,
  Operator,
  Overview,
  Person,
  PersonDetails,
  Push,
  PushContent,
  Service,
  Webhook,
  YaoshiEvent,
} from './bodies.js';
import { indentedMember } from './json.js';
import { failureOf, RequestError } from './problem.js';

/** How long a response may take, in milliseconds. */
const TIMEOUT = 30_000;

/** Parameters of a query; those that are empty or `undefined` are not sent. */
type Parameters = Readonly<Record<string, string | number | undefined>>;

/** A client of the admin API. Its requests end with the signal, such as when the page is left. */
export class Api {
  readonly #signal: AbortSignal | undefined;

  constructor(signal?: AbortSignal) {
    this.#signal = signal;
  }

  me(): Promise<Operator> {
    return this.#read('/me');
  }

  signIn(name: string, password: string, totp: string): Promise<Operator> {
    return this.#write('/sign-in', { name, password, ...(totp !== '' && { totp }) });
  }

  async signOut(): Promise<void> {
    await this.#send('POST', '/sign-out');
  }

  overview(hours: number): Promise<Overview> {
    return this.#read('/overview', { hours });
  }

  /** Finds people by whatever one has been given: the server recognises it. */
  people(text: string, after?: string): Promise<List<Person>> {
    return this.#write('/users/search', { text, after });
  }

  person(id: string): Promise<PersonDetails> {
    return this.#read(`/users/${encodeURIComponent(id)}`);
  }

  /** The person with numbers and ids in full, which is recorded. */
  wholePerson(id: string): Promise<PersonDetails> {
    return this.#write(`/users/${encodeURIComponent(id)}/show-whole`);
  }

  async change(id: string, verb: 'block' | 'unblock' | 'log-out'): Promise<void> {
    await this.#send('POST', `/users/${encodeURIComponent(id)}/${verb}`);
  }

  erase(id: string, confirm: string): Promise<Erasure> {
    return this.#write(`/users/${encodeURIComponent(id)}/erase`, { confirm });
  }

  /** All that is on record of the person, as a file. */
  async export(id: string): Promise<Blob> {
    const response = await this.#send('POST', `/users/${encodeURIComponent(id)}/export`);
    return response.blob();
  }

  events(filter: Parameters): Promise<List<YaoshiEvent>> {
    return this.#read('/events', filter);
  }

  diagnoses(filter: Parameters): Promise<List<Diagnosis>> {
    return this.#read('/diagnoses', filter);
  }

  pushes(filter: Parameters): Promise<List<Push>> {
    return this.#read('/pushes', filter);
  }

  /** What a message says, which is recorded. */
  async pushContent(id: string): Promise<PushContent> {
    const json = await (await this.#send('POST', `/pushes/${encodeURIComponent(id)}/show`)).text();
    const { answer } = JSON.parse(json) as PushContent;
    const message = indentedMember(json, 'message');
    return { ...(message !== undefined && { message }), ...(answer !== undefined && { answer }) };
  }

  /** Has a message sent to the back end of its app again, and returns it as it waits. */
  redeliverPush(id: string): Promise<Push> {
    return this.#write(`/pushes/${encodeURIComponent(id)}/redeliver`);
  }

  /** The webhooks that are configured. */
  async webhooks(): Promise<readonly Webhook[]> {
    return (await this.#read<{ webhooks: readonly Webhook[] }>('/webhooks')).webhooks;
  }

  deliveries(filter: Parameters): Promise<List<Delivery>> {
    return this.#read('/deliveries', filter);
  }

  /** Has an event sent to its webhook again, and returns the delivery as it waits. */
  redeliverEvent(id: number): Promise<Delivery> {
    return this.#write(`/deliveries/${id}/redeliver`);
  }

  keys(): Promise<Keys> {
    return this.#read('/keys');
  }

  /** Starts sealing all rows with the newest master key, in the background. */
  async reseal(): Promise<void> {
    await this.#send('POST', '/keys/reseal', {});
  }

  services(): Promise<List<Service>> {
    return this.#read('/services');
  }

  async #read<T>(path: string, parameters: Parameters = {}): Promise<T> {
    const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
    const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
    const response = await this.#send('GET', given.length > 0 ? `${path}?${query}` : path);
    return (await response.json()) as T;
  }

  async #write<T>(path: string, body?: object): Promise<T> {
    return (await (await this.#send('POST', path, body)).json()) as T;
  }

  async #send(method: string, path: string, body?: object): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT);
    const response = await fetch(`/admin/v1${path}`, {
      method,
      cache: 'no-store',
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': languageTag(),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: this.#signal === undefined ? timeout : eitherOf(this.#signal, timeout),
    }).catch((error: unknown) => {
      // Leaving the page is no failure of the request.
      throw this.#signal?.aborted === true ? error : new RequestError(0);
    });
    if (!response.ok) {
      throw await failureOf(response);
    }
    return response;
  }
}

/** `AbortSignal.any`, which Safari 16 does not have. */
function eitherOf(...signals: readonly AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) {
      controller.abort(signal.reason);
    }
    signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
  }
  return controller.signal;
}
