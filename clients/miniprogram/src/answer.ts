import type { components } from './api.js';
import { YaoshiError } from './error.js';
import type { RequestResult } from './face.js';

type Problem = components['schemas']['Problem'];
type Answer = RequestResult<unknown>;

/** The failure that an answer tells, if it is one that says how to recover. */
export function problem({ statusCode, data, header }: Answer): YaoshiError | undefined {
  const told = data as Partial<Problem> | null | undefined;
  if (statusCode < 400 || !told?.recover || !told.code) {
    return undefined;
  }
  const retryAfter = seconds(header);
  return new YaoshiError(told.code, told.recover, told.detail ?? told.code, {
    status: statusCode,
    ...(told.request_id && { requestId: told.request_id }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(told.field && { field: told.field }),
  });
}

/** What Yaoshi answered: its JSON, known by a member that it has, or nothing for a 204. */
export function content(answer: Answer, member = ''): unknown {
  const { statusCode, data, header } = answer;
  const isOk = statusCode >= 200 && statusCode < 300;
  if (statusCode === 204 || (isOk && data && typeof data === 'object' && member in data)) {
    return data;
  }
  const retryAfter = seconds(header);
  throw (
    problem(answer) ??
    new YaoshiError(
      'unexpected_answer',
      statusCode >= 500 || statusCode === 429 ? 'retry' : 'operator',
      `HTTP ${statusCode}, and not by Yaoshi`,
      { status: statusCode, ...(retryAfter !== undefined && { retryAfter }) },
    )
  );
}

/** The seconds of `Retry-After`, which phones write in upper or in lower case. A date counts as nothing. */
function seconds(header: Record<string, string> | undefined): number | undefined {
  const name = Object.keys(header ?? {}).find((name) => name.toLowerCase() === 'retry-after');
  const value = Number.parseInt(header?.[name ?? ''] ?? '', 10);
  return value >= 0 ? value : undefined;
}
