import { RequestError } from '../api/problem.js';
import { button, type Child, facts, html } from '../dom.js';
import { duration } from '../format.js';
import { text } from '../language/language.js';
import { code } from './code.js';
import { icon } from './icon.js';

/** The ways on from a failure. */
interface WaysOn {
  readonly retry?: () => void;
  readonly signIn?: () => void;
}

/** Shows a failure: what happened, the request's id, and a way on where there is one. */
export function problemView(error: unknown, { retry, signIn }: WaysOn): HTMLElement {
  const [title, detail] = words(error);
  const known = error instanceof RequestError ? error : undefined;
  const fields = (known?.problem?.errors ?? []).map(({ field, detail: what }) =>
    html('li', {}, text('problem.field', { field, detail: what })),
  );
  const ways: Child[] = [];
  if (known?.isSignedOut === true && signIn !== undefined) {
    ways.push(button(text('problem.sign_in'), signIn, { class: 'button primary' }));
  } else if (retry !== undefined && known?.problem?.recover !== 'fix_request') {
    ways.push(button(text('problem.retry'), retry, { class: 'button' }));
  }
  const wait = known?.retryAfter;
  return html(
    'div',
    { class: 'problem', role: 'alert' },
    icon('alert'),
    html(
      'div',
      {},
      html('p', { class: 'problem-title' }, title),
      html('p', {}, detail),
      fields.length > 0 ? html('ul', {}, ...fields) : undefined,
      wait === undefined ? undefined : html('p', {}, text('problem.wait', { duration: duration(wait) })),
      facts(
        [
          [text('problem.request_id'), known?.problem && code(known.problem.request_id)],
          [text('problem.code'), known?.problem && code(known.problem.code)],
        ],
        'facts inline',
      ),
      ways.length > 0 ? html('div', { class: 'buttons' }, ...ways) : undefined,
    ),
  );
}

function words(error: unknown): [string, string] {
  if (error instanceof RequestError && error.problem !== undefined) {
    return [error.problem.title, error.problem.detail];
  }
  if (error instanceof RequestError && error.status === 0) {
    return [text('problem.unreachable'), text('problem.unreachable_detail')];
  }
  const status = error instanceof RequestError ? error.status : 200;
  return [text('problem.strange'), text('problem.strange_detail', { status })];
}
