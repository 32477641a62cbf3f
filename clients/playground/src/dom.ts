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
  bindClick(created, onClick);
  return created;
}

/** Calls the listener when the button is clicked, unless there is a reason against it. */
export function bindClick(button: HTMLButtonElement, onClick: () => void): void {
  button.addEventListener('click', () => {
    if (isAvailable(button)) {
      onClick();
    }
  });
}

/** How many buttons have been explained. */
let explanations = 0;

/** Puts a tooltip beside the button, for the reason why it is not available. Returns the element around both. */
export function explained(button: HTMLButtonElement): HTMLElement {
  const reason = element('span', { class: 'reason' });
  reason.id = `reason-${++explanations}`;
  reason.setAttribute('role', 'tooltip');
  const around = element('span', { class: 'explained' });
  button.replaceWith(around);
  around.append(button, reason);
  return around;
}

/**
 * Makes an {@link explained} button unavailable for a reason, or available without one. It stays focusable, so
 * that the reason can be found with the keyboard.
 */
export function setReason(button: HTMLButtonElement, reason: TextKey | undefined): void {
  const tooltip = button.nextElementSibling as HTMLElement;
  button.setAttribute('aria-disabled', String(reason !== undefined));
  if (reason === undefined) {
    button.removeAttribute('aria-describedby');
    delete tooltip.dataset.text;
    tooltip.textContent = '';
  } else {
    button.setAttribute('aria-describedby', tooltip.id);
    setText(tooltip, { key: reason });
  }
}

/** Whether there is no reason against the button. */
export function isAvailable(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-disabled') !== 'true';
}
