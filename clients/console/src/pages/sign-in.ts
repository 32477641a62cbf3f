import { RequestError } from '../api/problem.js';
import { html, setBusy } from '../dom.js';
import { text } from '../language/language.js';
import { code } from '../parts/code.js';
import { heading } from '../parts/heading.js';
import { problemView } from '../parts/problem.js';

/** What the form holds. It is kept in memory, so that switching the language does not empty the form. */
export interface Draft {
  readonly name: string;
  readonly password: string;
  /** Whether it came from a link just now, which signs in by itself. */
  readonly isFromLink: boolean;
}

type Submit = (draft: Draft, totp: string) => Promise<void>;

/** Shows the form to sign in with. */
export function showSignIn(main: HTMLElement, draft: Draft, isOnTheWay: boolean, submit: Submit): void {
  const name = html('input', {
    id: 'name',
    type: 'text',
    value: draft.name,
    required: true,
    autocomplete: 'username',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  const password = html('input', {
    id: 'password',
    type: 'password',
    required: true,
    autocomplete: 'current-password',
  });
  // As a property: an attribute would write the password into the document.
  password.value = draft.password;
  const totp = html('input', {
    id: 'totp',
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'one-time-code',
    maxlength: 6,
    'aria-describedby': 'totp-hint',
  });
  const totpField = html(
    'div',
    { class: 'field', hidden: true },
    html('label', { for: 'totp' }, text('sign_in.totp')),
    totp,
    html('p', { class: 'hint', id: 'totp-hint' }, text('sign_in.totp_hint')),
  );
  const failure = html('div', { id: 'sign-in-failure' });
  const button = html('button', { class: 'button primary wide', type: 'submit' }, text('sign_in.submit'));
  const form = html(
    'form',
    { class: 'sign-in-form' },
    note(draft, isOnTheWay),
    html('div', { class: 'field' }, html('label', { for: 'name' }, text('sign_in.name')), name),
    html('div', { class: 'field' }, html('label', { for: 'password' }, text('sign_in.password')), password),
    totpField,
    failure,
    button,
  );
  const attempt = async () => {
    failure.replaceChildren();
    const end = setBusy(button, text('sign_in.busy'));
    const entered = { name: name.value.trim(), password: password.value, isFromLink: false };
    try {
      await submit(entered, totp.value.trim());
    } catch (error) {
      end();
      const isCodeWanted = error instanceof RequestError && error.problem?.code === 'totp_required';
      if (isCodeWanted) {
        totpField.hidden = false;
        totp.focus();
        failure.replaceChildren(html('p', { class: 'notice', role: 'status' }, text('sign_in.totp_wanted')));
      } else {
        failure.replaceChildren(problemView(error, () => void attempt()));
      }
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') !== 'true') {
      void attempt();
    }
  });
  main.append(
    html(
      'div',
      { class: 'sign-in' },
      heading(text('sign_in.title'), text('sign_in.lead')),
      form,
      html(
        'p',
        { class: 'hint first-operator' },
        text('sign_in.first_operator'),
        html('br'),
        code('yaoshi operators add NAME'),
      ),
    ),
  );
  if (draft.isFromLink) {
    void attempt();
  }
}

function note(draft: Draft, isOnTheWay: boolean): HTMLElement | undefined {
  if (draft.isFromLink) {
    return html('p', { class: 'notice' }, text('sign_in.from_link'));
  }
  return isOnTheWay ? html('p', { class: 'notice' }, text('sign_in.ended')) : undefined;
}
