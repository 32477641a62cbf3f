import type { Text } from '../language/language.js';
import type { Field } from './fields.js';

/** A party of the sequence diagram. */
export type Party = 'phone-1' | 'phone-2' | 'back-end' | 'yaoshi' | 'wechat';

/** The parties from left to right. */
export const PARTIES: readonly Party[] = ['phone-1', 'phone-2', 'back-end', 'yaoshi', 'wechat'];

/** A message between two parties. */
export interface Message {
  readonly from: Party;
  readonly to: Party;
  readonly kind: 'request' | 'response' | 'failure';
  /** In the protocol's terms, such as `POST /v1/login`. */
  readonly title: string;
  readonly fields: readonly Field[];
  /** The `recover` of a failure from Yaoshi. */
  readonly recover?: string;
  /** The `Retry-After` of a failure from Yaoshi, in seconds. */
  readonly retryAfter?: string;
}

/** A note between the messages. */
export interface Note {
  readonly text: Text;
  /** Whether it reports a fault that took effect, or a step of the user. */
  readonly kind: 'fault' | 'step';
}

/** What a scenario showed, after its messages. */
export interface Verdict {
  readonly kind: 'good' | 'bad';
  readonly heading: Text;
  readonly why: Text;
}

/** Receives changes of the traffic log. */
export interface TrafficListener {
  messageAdded(message: Message): void;
  noteAdded(note: Note): void;
  verdictAdded(verdict: Verdict): void;
  cleared(): void;
}

/** The log of messages and notes, in order. */
export class Traffic {
  readonly #messages: Message[] = [];
  readonly #listener: TrafficListener;

  constructor(listener: TrafficListener) {
    this.#listener = listener;
  }

  /** The messages since the last `clear`. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  add(message: Message): void {
    this.#messages.push(message);
    this.#listener.messageAdded(message);
  }

  note(text: Text, kind: Note['kind'] = 'fault'): void {
    this.#listener.noteAdded({ text, kind });
  }

  conclude(verdict: Verdict): void {
    this.#listener.verdictAdded(verdict);
  }

  clear(): void {
    this.#messages.length = 0;
    this.#listener.cleared();
  }
}
