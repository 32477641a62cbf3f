import { html } from '../dom.js';

/** A name or an id of the protocol, in a fixed-width font. */
export function code(name: string): HTMLElement {
  return html('code', { translate: 'no' }, name);
}

/** A long id in a table, which may go on in the next line. */
export function breakable(id: string): HTMLElement {
  return html('span', { class: 'breakable' }, code(id));
}

/** An id of which a part is enough to tell it from others. The whole of it is the tooltip. */
export function shortId(id: string): HTMLElement {
  const short = id.length > 20 ? `${id.slice(0, 8)}…${id.slice(-4)}` : id;
  return html('code', { translate: 'no', title: id }, short);
}
