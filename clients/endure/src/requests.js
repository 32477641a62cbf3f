// Requests as a client sends them, and what becomes of them.

/** More than a request may take at the server, in milliseconds. */
const TIMEOUT = 30_000;

/** Requests that wait for another one are not refused. */
const WAITING = new Set(['login_in_progress', 'login_cut_off', 'phone_in_progress']);

/**
 * What became of a request: it was not sent, there was no answer, or there is one.
 *
 * @typedef {{status?: number, body?: any, retryAfter?: number, isSent: boolean}} Outcome
 */

/**
 * Sends a request.
 *
 * @returns {Promise<Outcome>}
 */
export async function send(baseUrl, method, path, { token, key, body } = {}) {
  const headers = {
    ...(token && { authorization: `Bearer ${token}` }),
    ...(key && { 'idempotency-key': key }),
    ...(body && { 'content-type': 'application/json' }),
  };
  const signal = AbortSignal.timeout(TIMEOUT);
  let response;
  let text;
  try {
    response = await fetch(baseUrl + path, { method, headers, body: body && JSON.stringify(body), signal });
    text = await response.text();
  } catch (error) {
    return { isSent: error.cause?.code !== 'ECONNREFUSED' };
  }
  const retryAfter = Number(response.headers.get('retry-after'));
  return { isSent: true, status: response.status, body: parse(text), retryAfter };
}

function parse(text) {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return { code: `no JSON: ${text.slice(0, 100)}` };
  }
}

/** Whether the request was dealt with: done, or refused for what it says. */
export function isAnswered({ status }) {
  return status !== undefined && status < 500;
}

export function isDone({ status }) {
  return status !== undefined && status < 300;
}

/** Whether the server failed the request, or was not there. */
export function isFailure({ status, body }) {
  return status === undefined || (status >= 500 && !WAITING.has(body.code));
}

/** What must not be answered: any error of the server but 503, or one that does not tell clients what to do. */
export function isWrongError({ status, body, retryAfter }) {
  const tells = body?.code !== undefined && (body.recover === 'retry' ? retryAfter > 0 : body.recover);
  return status >= 500 && (status !== 503 || !tells);
}
