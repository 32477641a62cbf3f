/** What an element may contain; `undefined` is left out. */
export type Child = Node | string | undefined;

/** Attributes by name. `true` sets an attribute without a value, `false` and `undefined` leave it out. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

const SVG = 'http://www.w3.org/2000/svg';

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.append(...children.filter((child) => child !== undefined));
}

/** Creates an HTML element. Strings become text, never markup. */
export function html<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** Creates an SVG element. */
export function svg(tag: string, attributes: Attributes = {}, ...children: Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag) as SVGElement;
  fill(element, attributes, children);
  return element;
}

/** Creates a button that calls `onClick`. */
export function button(label: string, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = html('button', { type: 'button', class: 'button', ...attributes }, label);
  element.addEventListener('click', () => {
    if (element.getAttribute('aria-disabled') !== 'true') {
      onClick();
    }
  });
  return element;
}

/** Shows that the button's work is in progress. Returns what ends it. The button keeps the focus. */
export function setBusy(element: HTMLButtonElement, label: string): () => void {
  const before = element.textContent ?? '';
  element.textContent = label;
  element.setAttribute('aria-disabled', 'true');
  return () => {
    element.textContent = before;
    element.removeAttribute('aria-disabled');
  };
}

/** The element of index.html with this id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (found === null) {
    throw new Error(`the page has no #${id}`);
  }
  return found as E;
}

/** A list of terms and what they are; entries without a value are left out. */
export function facts(entries: readonly (readonly [string, Child])[], name = 'facts'): HTMLElement {
  const groups = entries
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([term, value]) => html('div', {}, html('dt', {}, term), html('dd', {}, value)));
  return html('dl', { class: name }, ...groups);
}
