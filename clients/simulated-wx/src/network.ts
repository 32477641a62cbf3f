import { WxFailure, type WxResult } from './call.js';

/** What carries the requests: the platform's `fetch`, or one of the test's own. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** `wx.request`'s own limit where the Mini Program sets none, in milliseconds. */
const WX_TIMEOUT = 60_000;

/** Why a request did not arrive, as far as the platform tells. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === 'TimeoutError') {
    return 'timeout';
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The methods that `wx.request` knows. `PATCH` is not among them. */
const METHODS = new Set(['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']);

/** A method such as `GET` may have its data in the query only. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** `wx.request` over `fetch`. `aborted` ends it as `RequestTask.abort` does. */
export async function request(
  fetch: Fetch,
  options: Record<string, unknown>,
  aborted: AbortSignal,
): Promise<WxResult> {
  const method = String(options.method ?? 'GET').toUpperCase();
  if (!METHODS.has(method)) {
    throw new WxFailure('request:fail invalid method');
  }
  const timeout = Number(options.timeout ?? WX_TIMEOUT);
  const { url, body } = laidOut(String(options.url), method, options.data);
  const headers = { 'content-type': 'application/json', ...(options.header as Record<string, string>) };
  const limit = new AbortController();
  const ticking = setTimeout(() => limit.abort(new DOMException('', 'TimeoutError')), timeout);
  const forward = () => limit.abort(new Error('abort'));
  aborted.addEventListener('abort', forward);
  try {
    const response = await fetch(url, { method, headers, signal: limit.signal, ...(body && { body }) });
    return {
      errMsg: 'request:ok',
      statusCode: response.status,
      header: Object.fromEntries(response.headers),
      cookies: [],
      data: await content(response, options),
    };
  } catch (error) {
    throw new WxFailure(`request:fail ${reason(error)}`);
  } finally {
    clearTimeout(ticking);
    aborted.removeEventListener('abort', forward);
  }
}

function laidOut(url: string, method: string, data: unknown): { url: string; body?: string | ArrayBuffer } {
  if (data === undefined || data === null) {
    return { url };
  }
  if (WITHOUT_BODY.has(method)) {
    const query = new URLSearchParams(data as Record<string, string>).toString();
    return { url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}` };
  }
  return { url, body: typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data) };
}

/** The body as `wx.request` gives it: parsed where it is JSON, unless told otherwise. */
async function content(response: Response, options: Record<string, unknown>): Promise<unknown> {
  if (options.responseType === 'arraybuffer') {
    return response.arrayBuffer();
  }
  const text = await response.text();
  if ((options.dataType ?? 'json') !== 'json') {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
