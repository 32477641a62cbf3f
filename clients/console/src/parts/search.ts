import { html } from '../dom.js';
import { text } from '../language/language.js';
import { choice } from './choice.js';

interface Search {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  /** The ways to search, where one may overrule what the input is taken for. */
  readonly ways?: Ways;
  readonly submit: (value: string, by: string) => void;
}

interface Ways {
  readonly label: string;
  /** The ways by name; the first one recognises the input. */
  readonly options: readonly (readonly [string, string])[];
  readonly chosen: string;
}

/** One field for whatever one has been given. */
export function searchForm({ label, hint, value, ways, submit }: Search): HTMLFormElement {
  const input = html('input', {
    id: 'query',
    type: 'search',
    value,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'aria-describedby': 'query-hint',
  });
  const select = ways && selectOf(ways);
  const form = html(
    'form',
    { class: 'search', role: 'search' },
    html('div', { class: 'field grow' }, html('label', { for: 'query' }, label), input),
    select && choice(ways.label, select),
    html('button', { class: 'button primary', type: 'submit' }, text('console.search')),
    html('p', { class: 'hint', id: 'query-hint' }, hint),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(input.value.trim(), select?.value ?? '');
  });
  return form;
}

function selectOf({ options, chosen }: Ways): HTMLSelectElement {
  return html(
    'select',
    { id: 'by' },
    ...options.map(([name, words]) => html('option', { value: name, selected: name === chosen }, words)),
  );
}
