import { RequestError } from '../api/problem.js';
import { button, facts, html } from '../dom.js';
import { duration } from '../format.js';
import { text } from '../language/language.js';
import type { View } from '../view.js';
import { code } from './code.js';
import { icon } from './icon.js';

/**
 * Fills the container with the failure of a request that a page sent. Leads to signing in where that is the way on,
 * and shows nothing any more on a page that was left.
 */
export function showFailure(view: View, error: unknown, container: HTMLElement, retry: () => void): void {
  if (view.signal.aborted) {
    return;
  }
  if (error instanceof RequestError && error.status === 401) {
    view.signInAgain();
    return;
  }
  if (!(error instanceof RequestError)) {
    console.error(error);
  }
  container.replaceChildren(problemView(error, retry));
}

/** Shows a failure: what happened, the request's id, and a button to try again where that may help. */
export function problemView(error: unknown, retry: () => void): HTMLElement {
  const [title, detail] = words(error);
  const known = error instanceof RequestError ? error : undefined;
  const fields = (known?.problem?.errors ?? []).map(({ field, detail: what }) =>
    html('li', {}, text('problem.field', { field, detail: what })),
  );
  const canRetry = known?.problem?.recover !== 'fix_request';
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
      canRetry ? html('div', { class: 'buttons' }, button(text('problem.retry'), retry)) : undefined,
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
