import { html } from '../dom.js';
import { text } from '../language/language.js';
import { heading } from '../parts/heading.js';
import { hashOf } from '../route.js';
import type { Page } from '../view.js';

/** Where no other page is. */
export const noPage: Page = ({ main }) => {
  main.append(
    heading(text('console.no_page'), text('console.no_page_what')),
    html('p', {}, html('a', { class: 'button', href: hashOf(['overview']) }, text('console.to_overview'))),
  );
};
