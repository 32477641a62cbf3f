import { type Child, html } from '../dom.js';

/** A column of a table. The first one names the row. */
export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => Child;
  readonly isNumber?: boolean;
}

/** From how many columns on a table needs much room. */
const WIDE = 5;

/**
 * A table. Where there is little room, each row becomes a card with the headings inside; explicit roles keep it a
 * table for screen readers.
 */
export function table<Row>(
  caption: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
): HTMLElement {
  const kind = ({ isNumber }: Column<Row>) => (isNumber === true ? 'number' : undefined);
  const headings = columns.map((column) =>
    html('th', { role: 'columnheader', scope: 'col', class: kind(column) }, column.heading),
  );
  const body = rows.map((row) =>
    html(
      'tr',
      { role: 'row' },
      ...columns.map((column, index) => {
        const attributes = { class: kind(column), 'data-heading': column.heading };
        const content = html('div', {}, column.cell(row));
        return index === 0
          ? html('th', { ...attributes, role: 'rowheader', scope: 'row' }, content)
          : html('td', { ...attributes, role: 'cell' }, content);
      }),
    ),
  );
  return html(
    'div',
    { class: columns.length >= WIDE ? 'table is-wide' : 'table' },
    html(
      'table',
      { role: 'table' },
      html('caption', { class: 'hidden' }, caption),
      html('thead', { role: 'rowgroup' }, html('tr', { role: 'row' }, ...headings)),
      html('tbody', { role: 'rowgroup' }, ...body),
    ),
  );
}
