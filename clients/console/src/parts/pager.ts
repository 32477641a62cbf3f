import { html } from '../dom.js';
import { text } from '../language/language.js';
import { hashWith, type Route } from '../route.js';

/** Links to the next page of a list and back to its beginning; nothing if the list has one page. */
export function pager(
  route: Route,
  next: string | undefined,
  labels: { readonly next: string; readonly first: string },
): HTMLElement | undefined {
  const isFirst = !route.query.has('after');
  if (isFirst && next === undefined) {
    return undefined;
  }
  return html(
    'nav',
    { class: 'pager', 'aria-label': text('console.paging') },
    isFirst
      ? undefined
      : html('a', { class: 'button', href: hashWith(route, { after: undefined }) }, labels.first),
    next === undefined
      ? undefined
      : html('a', { class: 'button', href: hashWith(route, { after: next }) }, labels.next),
  );
}
