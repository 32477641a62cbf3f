import { button, type Child, html, setBusy } from '../dom.js';
import { text } from '../language/language.js';
import type { View } from '../view.js';
import { code } from './code.js';
import { showFailure } from './problem.js';

/** What is asked before something is done. */
export interface Question<T> {
  readonly title: string;
  readonly what: string;
  readonly confirm: string;
  readonly busy: string;
  readonly isDangerous?: boolean;
  /** Something to type in first. `check` returns what is wrong with it. */
  readonly field?: {
    readonly label: string;
    /** What has to be typed. */
    readonly expected: string;
    readonly check: (value: string) => string | undefined;
  };
  readonly run: (value: string) => Promise<T>;
  /** What follows once the dialog is closed and the focus is back where it was. */
  readonly done?: (result: T) => void;
}

/** Asks in a modal dialog, which stays open until the work is done and shows its failure. */
export function ask<T>(view: View, question: Question<T>): void {
  const { title, what, confirm, busy, isDangerous = false, field, run, done } = question;
  const name = `button ${isDangerous ? 'danger' : 'primary'}`;
  const submit = html('button', { class: name, type: 'submit', id: 'confirm' }, confirm);
  const cancel = button(text('console.cancel'), () => dialog.close());
  const failure = html('div', { class: 'dialog-failure' });
  const error = html('p', { class: 'field-error', id: 'dialog-error', role: 'alert' });
  const input = html('input', {
    id: 'dialog-field',
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-describedby': 'dialog-expected dialog-error',
  });
  input.addEventListener('input', () => {
    error.textContent = '';
    input.removeAttribute('aria-invalid');
  });
  const form = html(
    'form',
    {},
    html('h2', { id: 'dialog-title' }, title),
    html('p', { id: 'dialog-what' }, what),
    field &&
      html(
        'div',
        { class: 'field' },
        html('label', { for: 'dialog-field' }, field.label),
        html('p', { class: 'expected', id: 'dialog-expected' }, code(field.expected)),
        input,
        error,
      ),
    failure,
    html('div', { class: 'buttons' }, cancel, submit),
  );
  const dialog = html(
    'dialog',
    { 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-what' },
    form,
  );
  const attempt = async () => {
    const value = input.value.trim();
    const wrong = field?.check(value);
    error.textContent = wrong ?? '';
    input.setAttribute('aria-invalid', String(wrong !== undefined));
    if (wrong !== undefined) {
      input.focus();
      return;
    }
    failure.replaceChildren();
    const end = setBusy(submit, busy);
    try {
      const result = await run(value);
      dialog.close();
      done?.(result);
    } catch (problem) {
      end();
      showFailure(view, problem, failure, () => void attempt());
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (submit.getAttribute('aria-disabled') !== 'true') {
      void attempt();
    }
  });
  open(view, dialog);
}

/** Shows something to read in a modal dialog. */
export function tell(view: View, title: string, ...children: Child[]): void {
  const dialog = html(
    'dialog',
    { class: 'reading', 'aria-labelledby': 'dialog-title' },
    html('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, title),
    ...children,
    html(
      'div',
      { class: 'buttons' },
      button(text('console.close'), () => dialog.close(), { id: 'close' }),
    ),
  );
  open(view, dialog);
}

function open(view: View, dialog: HTMLDialogElement): void {
  dialog.addEventListener('close', () => dialog.remove());
  view.main.append(dialog);
  dialog.showModal();
}
