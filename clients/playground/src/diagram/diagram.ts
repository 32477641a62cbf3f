import { bindClick, byId, element, explained, setReason } from '../dom.js';
import { type TextKey, translate } from '../language/language.js';
import { meaningOf } from '../traffic/errors.js';
import { type Message, type Note, PARTIES, type TrafficListener, type Verdict } from '../traffic/traffic.js';

/** The list follows new messages if it is scrolled to within this distance of its end, in pixels. */
const FOLLOW_DISTANCE = 160;

/** How many lines the log for screen readers keeps. */
const MAX_LOG_LINES = 6;

/** The sequence diagram: a list of messages, each an arrow between two lifelines. */
export class Diagram implements TrafficListener {
  readonly #list = byId<HTMLOListElement>('messages');
  readonly #viewport = byId('drawing');
  readonly #hint = byId('diagram-hint');
  readonly #log = byId('diagram-log');
  readonly #clear = byId<HTMLButtonElement>('clear');

  /** Calls `onClear` when the user wants the diagram to be cleared. */
  constructor(onClear: () => void) {
    explained(this.#clear);
    bindClick(this.#clear, onClear);
    this.cleared();
  }

  messageAdded(message: Message): void {
    this.#hint.hidden = true;
    const direction = directionOf(message);
    this.#append(arrow(message, direction));
    this.#announce(`${direction.textContent ?? ''} ${message.title} ${message.recover ?? ''}`);
  }

  noteAdded({ text, kind }: Note): void {
    const note = element('p', { class: 'note-text', text });
    this.#append(element('li', { class: `note ${kind}`, children: [note] }));
    this.#announce(translate(text));
  }

  verdictAdded({ kind, heading, why }: Verdict): void {
    const texts = [element('strong', { text: heading }), element('span', { class: 'why', text: why })];
    const item = element('li', { class: `verdict ${kind}`, children: texts });
    this.#append(item);
    this.#announce(`${translate(heading)}. ${translate(why)}`);
    // The style sheet's scroll margin keeps the messages before the verdict in view.
    item.scrollIntoView({ block: 'nearest' });
  }

  cleared(): void {
    this.#list.replaceChildren();
    this.#log.replaceChildren();
    this.#hint.hidden = false;
    setReason(this.#clear, 'why.nothing_to_clear');
  }

  #append(item: HTMLLIElement): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#viewport;
    const isFollowing = scrollHeight - scrollTop - clientHeight < FOLLOW_DISTANCE;
    this.#list.append(item);
    setReason(this.#clear, undefined);
    if (isFollowing) {
      this.#viewport.scrollTop = this.#viewport.scrollHeight;
    }
  }

  #announce(line: string): void {
    this.#log.append(element('p', { literal: line }));
    while (this.#log.childElementCount > MAX_LOG_LINES) {
      this.#log.firstElementChild?.remove();
    }
  }
}

/** Sender and receiver, for screen readers. */
function directionOf({ from, to }: Message): HTMLElement {
  return element('span', {
    class: 'hidden',
    text: { key: 'diagram.between', values: { from: `@party.${from}`, to: `@party.${to}` } },
  });
}

function arrow(message: Message, direction: HTMLElement): HTMLLIElement {
  const title = element('code', { class: 'title', literal: message.title });
  const line = element('span', { class: 'line' });
  line.ariaHidden = 'true';
  const parts = [direction, title, line];
  if (message.recover !== undefined) {
    const pause = message.retryAfter === undefined ? '' : ` · ${message.retryAfter} s`;
    parts.push(element('span', { class: 'verb', literal: message.recover + pause }));
  }
  const body = element('span', { class: 'arrow', children: parts });
  const summary = element('summary', { children: [body] });
  const details = element('details', { children: [summary, fields(message)] });
  const item = element('li', { class: 'message', children: [details] });
  setPosition(item, message);
  return item;
}

/** Passes the arrow's position to the style sheet. */
function setPosition(item: HTMLElement, { from, to, kind }: Message): void {
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
    const definition = element('dd', { literal: value });
    const meaning = name === 'problem' ? meaningOf(value) : meaningOfVerb(name, recover);
    if (meaning !== undefined) {
      definition.append(element('span', { class: 'meaning', text: meaning }));
    }
    list.append(element('dt', { literal: name }), definition);
  }
  return list;
}

/** The text that says what the field `recover` asks the client to do. */
function meaningOfVerb(name: string, verb: string | undefined): TextKey | undefined {
  return name === 'recover' && verb !== undefined ? (`recover.${verb}` as TextKey) : undefined;
}
