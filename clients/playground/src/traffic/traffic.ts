import type { Text } from '../language/language.js';
import type { Field } from './fields.js';

/** Who talks. */
export type Party = 'phone-1' | 'phone-2' | 'yaoshi' | 'wechat';

/** The parties in the order in which they are drawn. */
export const PARTIES: readonly Party[] = ['phone-1', 'phone-2', 'yaoshi', 'wechat'];

/** Something that travelled. */
export interface Message {
  readonly from: Party;
  readonly to: Party;
  /** Whether it asks, answers well, or tells of a failure. */
  readonly kind: 'ask' | 'answer' | 'failure';
  /** The protocol's own words, such as `POST /v1/login`. */
  readonly title: string;
  readonly fields: readonly Field[];
  /** What the client should do about a failure, where Yaoshi says so. */
  readonly recover?: string;
  /** How long the client is asked to wait before, in seconds. */
  readonly retryAfter?: string;
}

/** Something that happened without travelling. */
export interface Note {
  readonly text: Text;
  /** Whether it is a mischief, or only says what is done. */
  readonly kind: 'mischief' | 'step';
}

/** Who is told of traffic. */
export interface TrafficWatcher {
  travelled(message: Message): void;
  noted(note: Note): void;
  cleared(): void;
}

/** All that happened since the beginning, in order. */
export class Traffic {
  readonly #messages: Message[] = [];
  readonly #watcher: TrafficWatcher;

  constructor(watcher: TrafficWatcher) {
    this.#watcher = watcher;
  }

  /** The messages since the last clearing. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  add(message: Message): void {
    this.#messages.push(message);
    this.#watcher.travelled(message);
  }

  note(text: Text, kind: Note['kind'] = 'mischief'): void {
    this.#watcher.noted({ text, kind });
  }

  clear(): void {
    this.#messages.length = 0;
    this.#watcher.cleared();
  }
}
