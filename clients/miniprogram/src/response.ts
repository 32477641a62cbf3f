import type { components } from './api.js';
import { YaoshiError } from './error.js';
import type { RequestResult } from './types.js';

type Problem = components['schemas']['Problem'];
type HttpResponse = RequestResult<unknown>;

/** The error that a response describes, if it is a problem document with `code` and `recover`. */
export function problemOf({ statusCode, data, header }: HttpResponse): YaoshiError | undefined {
  const problem = data as Partial<Problem> | null | undefined;
  if (statusCode < 400 || !problem?.recover || !problem.code) {
    return undefined;
  }
  const retryAfter = retryAfterOf(header);
  return new YaoshiError(problem.code, problem.recover, problem.detail ?? problem.code, {
    status: statusCode,
    ...(problem.request_id && { requestId: problem.request_id }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(problem.field && { field: problem.field }),
  });
}

/**
 * The JSON body of Yaoshi's response; nothing for a 204.
 *
 * @param member a member that the body must have
 * @throws {@link YaoshiError} the problem, or `unexpected_answer` if the response is not Yaoshi's
 */
export function bodyOf(response: HttpResponse, member = ''): unknown {
  const { statusCode, data, header } = response;
  const isOk = statusCode >= 200 && statusCode < 300;
  if (statusCode === 204 || (isOk && data && typeof data === 'object' && member in data)) {
    return data;
  }
  const retryAfter = retryAfterOf(header);
  throw (
    problemOf(response) ??
    new YaoshiError(
      'unexpected_answer',
      statusCode >= 500 || statusCode === 429 ? 'retry' : 'operator',
      `HTTP ${statusCode}, not from Yaoshi`,
      { status: statusCode, ...(retryAfter !== undefined && { retryAfter }) },
    )
  );
}

/** `Retry-After` in seconds; a date is ignored. The case of header names differs between phones. */
function retryAfterOf(header: Record<string, string> | undefined): number | undefined {
  const name = Object.keys(header ?? {}).find((name) => name.toLowerCase() === 'retry-after');
  const value = Number.parseInt(header?.[name ?? ''] ?? '', 10);
  return value >= 0 ? value : undefined;
}
