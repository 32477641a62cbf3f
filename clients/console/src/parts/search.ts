import { html } from '../dom.js';
import { text } from '../language/language.js';

interface Search {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly byLabel: string;
  /** The ways to search, by name; the first one recognises the input. */
  readonly ways: readonly (readonly [string, string])[];
  readonly by: string;
  readonly submit: (value: string, by: string) => void;
}

/** One field for whatever one has been given, with a selector that overrules what it is taken for. */
export function searchForm({ label, hint, value, byLabel, ways, by, submit }: Search): HTMLFormElement {
  const input = html('input', {
    id: 'query',
    type: 'search',
    value,
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'aria-describedby': 'query-hint',
  });
  const options = ways.map(([name, words]) => html('option', { value: name, selected: name === by }, words));
  const select = html('select', { id: 'by' }, ...options);
  const form = html(
    'form',
    { class: 'search', role: 'search' },
    html('div', { class: 'field grow' }, html('label', { for: 'query' }, label), input),
    html(
      'div',
      { class: 'field' },
      html('label', { for: 'by' }, byLabel),
      html('span', { class: 'select' }, select),
    ),
    html('button', { class: 'button primary', type: 'submit' }, text('console.search')),
    html('p', { class: 'hint', id: 'query-hint' }, hint),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit(input.value.trim(), select.value);
  });
  return form;
}
