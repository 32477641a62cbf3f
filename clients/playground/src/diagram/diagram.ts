import { element, part } from '../element.js';
import { put, say } from '../language/language.js';
import { type Message, type Note, PARTIES, type TrafficWatcher } from '../traffic/traffic.js';

/** So far from its end the list may be and still follow it, in pixels. */
const NEAR = 160;

/** So many lines are kept for who listens instead of looking. */
const LINES = 6;

/** The drawing of what travels: a list of messages, each an arrow between two lifelines. */
export class Diagram implements TrafficWatcher {
  readonly #list = part<HTMLOListElement>('messages');
  readonly #drawing = part('drawing');
  readonly #empty = part('diagram-empty');
  readonly #log = part('diagram-log');

  travelled(message: Message): void {
    const words = sentence(message);
    this.#append(arrow(message, words));
    this.#tell(`${words.textContent ?? ''} ${message.title} ${message.recover ?? ''}`);
  }

  noted({ text, kind }: Note): void {
    const note = element('p', { class: 'note-text', text });
    this.#append(element('li', { class: `note ${kind}`, children: [note] }));
    this.#tell(say(text));
  }

  cleared(): void {
    this.#list.replaceChildren();
    this.#log.replaceChildren();
    this.#empty.hidden = false;
  }

  #append(item: HTMLLIElement): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#drawing;
    const isFollowing = scrollHeight - scrollTop - clientHeight < NEAR;
    this.#empty.hidden = true;
    this.#list.append(item);
    if (isFollowing) {
      this.#drawing.scrollTop = this.#drawing.scrollHeight;
    }
  }

  #tell(line: string): void {
    this.#log.append(element('p', { literal: line }));
    while (this.#log.childElementCount > LINES) {
      this.#log.firstElementChild?.remove();
    }
  }
}

/** Who talks to whom, for who listens. */
function sentence({ from, to }: Message): HTMLElement {
  return element('span', {
    class: 'hidden',
    text: { key: 'diagram.between', values: { from: `@party.${from}`, to: `@party.${to}` } },
  });
}

function arrow(message: Message, words: HTMLElement): HTMLLIElement {
  const title = element('code', { class: 'title', literal: message.title });
  const line = element('span', { class: 'line' });
  line.ariaHidden = 'true';
  const parts = [words, title, line];
  if (message.recover !== undefined) {
    const pause = message.retryAfter === undefined ? '' : ` · ${message.retryAfter} s`;
    parts.push(element('span', { class: 'verb', literal: message.recover + pause }));
  }
  const reach = element('span', { class: 'reach', children: parts });
  const summary = element('summary', { children: [reach] });
  const details = element('details', { children: [summary, fields(message)] });
  const item = element('li', { class: 'message', children: [details] });
  place(item, message);
  return item;
}

/** Tells the style sheet where the arrow begins and ends. */
function place(item: HTMLElement, { from, to, kind }: Message): void {
  const [begin, end] = [PARTIES.indexOf(from), PARTIES.indexOf(to)];
  item.dataset.from = from;
  item.dataset.to = to;
  item.dataset.kind = kind;
  item.classList.add(begin < end ? 'rightwards' : 'leftwards');
  item.style.setProperty('--left', String(Math.min(begin, end)));
  item.style.setProperty('--span', String(Math.abs(end - begin)));
}

function fields({ fields, recover }: Message): HTMLElement {
  if (fields.length === 0) {
    return element('p', { class: 'fields none', text: 'diagram.nothing' });
  }
  const list = element('dl', { class: 'fields' });
  for (const [name, value] of fields) {
    const told = element('dd', { literal: value });
    if (name === 'recover' && recover !== undefined) {
      told.append(meaning(recover));
    }
    list.append(element('dt', { literal: name }), told);
  }
  return list;
}

/** What the client should do. */
function meaning(verb: string): HTMLElement {
  const told = element('span', { class: 'meaning' });
  put(told, { key: `recover.${verb}` as 'recover.retry' });
  return told;
}
