import { type Child, html } from '../dom.js';

/** The heading of a page, which gets the focus when the page opens. */
export function heading(title: string, lead: string, ...aside: Child[]): HTMLElement {
  const words = html('div', {}, html('h1', { tabindex: -1 }, title), html('p', { class: 'lead' }, lead));
  return html('div', { class: 'heading' }, words, ...aside);
}

/** How many sections have been made, for their ids. */
let sections = 0;

/** A part of a page with a heading of its own. */
export function section(title: string, aside: readonly Child[], ...children: Child[]): HTMLElement {
  const id = `section-${++sections}`;
  return html(
    'section',
    { class: 'section', 'aria-labelledby': id },
    html('div', { class: 'section-heading' }, html('h2', { id }, title), ...aside),
    ...children,
  );
}
