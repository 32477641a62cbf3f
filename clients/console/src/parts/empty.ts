import { html } from '../dom.js';

/** In the place of an empty list: that it is empty, and what will fill it. */
export function empty(title: string, what: string): HTMLElement {
  return html('div', { class: 'empty' }, html('p', { class: 'empty-title' }, title), html('p', {}, what));
}
