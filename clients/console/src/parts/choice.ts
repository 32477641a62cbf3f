import { html } from '../dom.js';

/** A select below its label. */
export function choice(label: string, select: HTMLSelectElement): HTMLElement {
  return html(
    'div',
    { class: 'field' },
    html('label', { for: select.id }, label),
    html('span', { class: 'select' }, select),
  );
}

/** What a select offers: one value, or any. */
export function options(
  any: string,
  entries: readonly (readonly [value: string, words: string])[],
  chosen: string | undefined,
): HTMLOptionElement[] {
  const given = entries.map(([value, words]) => html('option', { value, selected: value === chosen }, words));
  return [html('option', { value: '' }, any), ...given];
}
