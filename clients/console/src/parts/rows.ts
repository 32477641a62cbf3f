import { html } from '../dom.js';

/** Draws a list, and draws it again when a row has changed. The control that changed it keeps the focus. */
export function changingRows<Row extends { readonly id: string | number }>(
  items: readonly Row[],
  draw: (items: readonly Row[], changed: (row: Row) => void) => HTMLElement,
): HTMLElement {
  const rows = html('div');
  const show = (shown: readonly Row[]) => {
    const changed = (row: Row) => {
      const focused = document.activeElement?.id ?? '';
      show(shown.map((each) => (each.id === row.id ? row : each)));
      document.getElementById(focused)?.focus();
    };
    rows.replaceChildren(draw(shown, changed));
  };
  show(items);
  return rows;
}
