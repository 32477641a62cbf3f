import { type Interceptor, type WxCall, WxFailure, type WxResult } from 'simulated-wx';
import { BACK_END_URL } from '../back-end/url.js';
import { type Field, fieldsOf } from './fields.js';
import type { Message, Party, Traffic } from './traffic.js';

/** The `wx` methods that call WeChat. All others but `request` stay on the phone. */
const WECHAT_CALLS = new Set([
  'login',
  'checkSession',
  'getUserInfo',
  'getUserProfile',
  'getWeRunData',
  'getPhoneNumber',
  'requestVirtualPayment',
]);

/** Why Yaoshi calls WeChat: about a code that a request sends; without one, about a session_key. */
export interface Cause {
  readonly code?: string;
}

/** Watches Yaoshi's calls to WeChat. */
export interface PlatformWatcher {
  /** Runs a request to Yaoshi, and records the calls to WeChat that it causes. */
  watch<T>(cause: Cause, request: () => Promise<T>): Promise<T>;
}

/**
 * An interceptor that records a phone's calls and their results in the traffic log, until the app on the phone is
 * closed.
 */
export function trafficRecorder(
  phone: Party,
  traffic: Traffic,
  platform: PlatformWatcher,
  closed: AbortSignal,
): Interceptor {
  const add = (message: Message) => {
    if (!closed.aborted) {
      traffic.add(message);
    }
  };
  return async (call, proceed) => {
    if (WECHAT_CALLS.has(call.name)) {
      add(requestMessage(phone, 'wechat', wechatTitle(call), fieldsOf(call.options)));
      return recorded(proceed, (outcome) => add(wechatResponse(phone, outcome)));
    }
    if (call.name === 'request') {
      const server = serverOf(call);
      add(requestMessage(phone, server, requestTitle(call), requestFields(call)));
      const cause = causeOf(call);
      return recorded(
        () => (cause === undefined ? proceed() : platform.watch(cause, proceed)),
        (outcome) => add({ ...yaoshiResponse(phone, outcome), from: server }),
      );
    }
    return proceed();
  };
}

/** The method and the path of a request. */
export function requestTitle(call: WxCall): string {
  const method = String(call.options.method ?? 'GET');
  return `${method} ${new URL(String(call.options.url), location.href).pathname}`;
}

/** The server that a request is for. */
export function serverOf({ options }: WxCall): 'back-end' | 'yaoshi' {
  return String(options.url).startsWith(`${BACK_END_URL}/`) ? 'back-end' : 'yaoshi';
}

/** The code of `wx.login` that a request sends. */
export function loginCodeOf(call: WxCall): string | undefined {
  return call.name === 'request' && requestTitle(call) === 'POST /v1/login' ? causeOf(call)?.code : undefined;
}

/** Why Yaoshi may call WeChat because of a request. */
function causeOf(call: WxCall): Cause | undefined {
  const { code, phone_code } = (bodyOf(call.options.data) ?? {}) as { code?: string; phone_code?: string };
  const sent = code ?? phone_code;
  if (sent !== undefined) {
    return { code: sent };
  }
  return requestTitle(call) === 'POST /v1/session/check' ? {} : undefined;
}

/** The name of a call to WeChat. The phone button is no function. */
function wechatTitle({ name }: WxCall): string {
  return name === 'getPhoneNumber' ? 'open-type="getPhoneNumber"' : `wx.${name}`;
}

async function recorded(
  proceed: () => Promise<WxResult>,
  record: (outcome: WxResult | WxFailure) => void,
): Promise<WxResult> {
  try {
    const result = await proceed();
    record(result);
    return result;
  } catch (error) {
    if (error instanceof WxFailure) {
      record(error);
    }
    throw error;
  }
}

function requestMessage(from: Party, to: Party, title: string, fields: readonly Field[]): Message {
  return { from, to, kind: 'request', title, fields };
}

function requestFields(call: WxCall): Field[] {
  const header = call.options.header as Record<string, string> | undefined;
  const headers = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return [...fieldsOf(Object.fromEntries(headers)), ...fieldsOf(bodyOf(call.options.data))];
}

/** The body as JSON, also if the client has serialized it already. */
function bodyOf(data: unknown): unknown {
  if (typeof data !== 'string') {
    return data;
  }
  try {
    return JSON.parse(data);
  } catch {
    return { body: data };
  }
}

function wechatResponse(to: Party, outcome: WxResult | WxFailure): Message {
  if (outcome instanceof WxFailure) {
    return {
      from: 'wechat',
      to,
      kind: 'failure',
      title: outcome.errMsg,
      fields: fieldsOf({ errMsg: outcome.errMsg, ...outcome.numbers }),
    };
  }
  const { rawData, ...content } = outcome;
  const fields = fieldsOf(rawData === undefined ? content : { rawData, ...content });
  return { from: 'wechat', to, kind: 'response', title: outcome.errMsg, fields };
}

/** Yaoshi's response to a request. */
export function yaoshiResponse(to: Party, outcome: WxResult | WxFailure): Message {
  if (outcome instanceof WxFailure) {
    return { from: 'yaoshi', to, kind: 'failure', title: outcome.errMsg, fields: [] };
  }
  const status = Number(outcome.statusCode);
  const data = outcome.data as Content | string;
  const content = typeof data === 'string' ? {} : data;
  const retryAfter = (outcome.header as Record<string, string> | undefined)?.['retry-after'];
  const summary =
    content.code ??
    content.state ??
    content.session_key ??
    (content.user === undefined ? undefined : 'registered');
  return {
    from: 'yaoshi',
    to,
    kind: status < 400 ? 'response' : 'failure',
    title: summary === undefined ? String(status) : `${status} ${summary}`,
    fields: [
      ...fieldsOf(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      ...fieldsOf(renameCode(content)),
    ],
    ...(content.recover !== undefined && { recover: content.recover }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** The members of a response that the diagram uses. */
interface Content {
  readonly code?: string;
  readonly state?: string;
  readonly session_key?: string;
  readonly recover?: string;
  readonly user?: unknown;
}

/** Renames a problem's `code`, which must not be masked as the code of `wx.login` is. */
function renameCode<C extends { code?: string }>(content: C): Record<string, unknown> {
  const { code, ...rest } = content;
  return code === undefined ? rest : { problem: code, ...rest };
}
