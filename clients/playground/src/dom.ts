import type { TextKey } from './language/en.js';
import { setText, type Text } from './language/language.js';

interface ElementOptions {
  class?: string;
  /** A translated text, which follows the page's language. */
  text?: TextKey | Text;
  /** A text that is the same in every language, such as a protocol's. */
  literal?: string;
  children?: readonly Node[];
}

/** Creates an element. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: name, text, literal, children = [] }: ElementOptions = {},
): HTMLElementTagNameMap[Tag] {
  const created = document.createElement(tag);
  if (name !== undefined) {
    created.className = name;
  }
  if (text !== undefined) {
    setText(created, typeof text === 'string' ? { key: text } : text);
  }
  if (literal !== undefined) {
    created.textContent = literal;
  }
  created.append(...children);
  return created;
}

/** The element of index.html with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found as E;
}

/** Creates a button. */
export function button(text: TextKey, onClick: () => void, name = 'button'): HTMLButtonElement {
  const created = element('button', { class: name, text });
  created.type = 'button';
  created.addEventListener('click', onClick);
  return created;
}
