import type { TextKey } from './language/en.js';
import { put, type Text } from './language/language.js';

/** What an element is made with. */
interface Made {
  class?: string;
  /** A text of the page, which follows the language. */
  text?: TextKey | Text;
  /** A text of the protocol, which is the same in every language. */
  literal?: string;
  children?: readonly Node[];
}

/** An element with its class, its text and its children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  { class: name, text, literal, children = [] }: Made = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (name !== undefined) {
    made.className = name;
  }
  if (text !== undefined) {
    put(made, typeof text === 'string' ? { key: text } : text);
  }
  if (literal !== undefined) {
    made.textContent = literal;
  }
  made.append(...children);
  return made;
}

/** The element of the page with this id, which index.html has. */
export function part<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found as E;
}

/** A button that is pressed. */
export function button(text: TextKey, pressed: () => void, name = 'button'): HTMLButtonElement {
  const made = element('button', { class: name, text });
  made.type = 'button';
  made.addEventListener('click', pressed);
  return made;
}
