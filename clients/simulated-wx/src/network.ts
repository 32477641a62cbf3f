import { WxFailure, type WxResult } from './call.js';

/** Sends requests: the global `fetch`, or a test's replacement. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/** The timeout of `wx.request` if the Mini Program sets none, in milliseconds. */
const DEFAULT_TIMEOUT = 60_000;

/** Why `fetch` failed. */
export function reason(error: unknown): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  if (error.name === 'TimeoutError') {
    return 'timeout';
  }
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** The methods that `wx.request` supports. `PATCH` is not among them. */
const METHODS = new Set(['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']);

/** These methods send their data in the query. */
const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** `wx.request` over `fetch`. `aborted` cancels it, as `RequestTask.abort` does. */
export async function request(
  fetch: Fetch,
  options: Record<string, unknown>,
  aborted: AbortSignal,
): Promise<WxResult> {
  const method = String(options.method ?? 'GET').toUpperCase();
  if (!METHODS.has(method)) {
    throw new WxFailure('request:fail invalid method');
  }
  const timeout = Number(options.timeout ?? DEFAULT_TIMEOUT);
  const { url, body } = encode(String(options.url), method, options.data);
  const headers = { 'content-type': 'application/json', ...(options.header as Record<string, string>) };
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), timeout);
  const forward = () => controller.abort(new Error('abort'));
  aborted.addEventListener('abort', forward);
  try {
    const response = await fetch(url, { method, headers, signal: controller.signal, ...(body && { body }) });
    return {
      errMsg: 'request:ok',
      statusCode: response.status,
      header: Object.fromEntries(response.headers),
      cookies: [],
      data: await bodyOf(response, options),
    };
  } catch (error) {
    throw new WxFailure(`request:fail ${reason(error)}`);
  } finally {
    clearTimeout(timer);
    aborted.removeEventListener('abort', forward);
  }
}

function encode(url: string, method: string, data: unknown): { url: string; body?: string | ArrayBuffer } {
  if (data === undefined || data === null) {
    return { url };
  }
  if (WITHOUT_BODY.has(method)) {
    const query = new URLSearchParams(data as Record<string, string>).toString();
    return { url: query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}` };
  }
  return { url, body: typeof data === 'string' || data instanceof ArrayBuffer ? data : JSON.stringify(data) };
}

/** The body as `wx.request` returns it: parsed if it is JSON, unless `dataType` or `responseType` says otherwise. */
async function bodyOf(response: Response, options: Record<string, unknown>): Promise<unknown> {
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
