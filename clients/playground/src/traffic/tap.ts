import { type Tap, type WxCall, WxFailure, type WxResult } from 'simulated-wx';
import { type Field, fieldsOf } from './fields.js';
import type { Message, Party, Traffic } from './traffic.js';

/** The calls that travel; the others stay on the phone. */
const TO_WECHAT = new Set(['login', 'checkSession', 'getUserInfo', 'getUserProfile', 'getWeRunData']);

/** What has a phone's request on its way also do. */
export interface OnTheWay {
  /** Runs the request while what it makes Yaoshi ask WeChat is being watched. */
  watching<T>(request: () => Promise<T>): Promise<T>;
}

/** Writes down what a phone asks and is answered. */
export function writtenDown(phone: Party, traffic: Traffic, way: OnTheWay): Tap {
  return async (call, proceed) => {
    if (TO_WECHAT.has(call.name)) {
      traffic.add(asked(phone, 'wechat', `wx.${call.name}`, fieldsOf(call.options)));
      return answered(proceed, (outcome) => traffic.add(wechatAnswer(phone, outcome)));
    }
    if (call.name === 'request') {
      traffic.add(asked(phone, 'yaoshi', title(call), requestFields(call)));
      return answered(
        () => way.watching(proceed),
        (outcome) => traffic.add(yaoshiAnswer(phone, outcome)),
      );
    }
    return proceed();
  };
}

async function answered(
  proceed: () => Promise<WxResult>,
  tell: (outcome: WxResult | WxFailure) => void,
): Promise<WxResult> {
  try {
    const result = await proceed();
    tell(result);
    return result;
  } catch (error) {
    if (error instanceof WxFailure) {
      tell(error);
    }
    throw error;
  }
}

function asked(from: Party, to: Party, title: string, fields: readonly Field[]): Message {
  return { from, to, kind: 'ask', title, fields };
}

/** The method and the path, without the origin, which is the same for all. */
function title(call: WxCall): string {
  const method = String(call.options.method ?? 'GET');
  return `${method} ${new URL(String(call.options.url), location.href).pathname}`;
}

function requestFields(call: WxCall): Field[] {
  const header = call.options.header as Record<string, string> | undefined;
  const named = Object.entries(header ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  const data = call.options.data;
  return [
    ...fieldsOf(Object.fromEntries(named)),
    ...fieldsOf(typeof data === 'string' ? parsed(data) : data),
  ];
}

/** A body that was written beforehand. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { body: text };
  }
}

function wechatAnswer(to: Party, outcome: WxResult | WxFailure): Message {
  if (outcome instanceof WxFailure) {
    return {
      from: 'wechat',
      to,
      kind: 'failure',
      title: outcome.errMsg,
      fields: [['errMsg', outcome.errMsg]],
    };
  }
  const { rawData, ...content } = outcome;
  const fields = fieldsOf(rawData === undefined ? content : { rawData, ...content });
  return { from: 'wechat', to, kind: 'answer', title: outcome.errMsg, fields };
}

function yaoshiAnswer(to: Party, outcome: WxResult | WxFailure): Message {
  if (outcome instanceof WxFailure) {
    return { from: 'yaoshi', to, kind: 'failure', title: outcome.errMsg, fields: [] };
  }
  const status = Number(outcome.statusCode);
  const data = outcome.data as { code?: string; state?: string; recover?: string; user?: unknown } | string;
  const content = typeof data === 'string' ? {} : data;
  const retryAfter = (outcome.header as Record<string, string> | undefined)?.['retry-after'];
  const word = content.code ?? content.state ?? (content.user === undefined ? undefined : 'registered');
  return {
    from: 'yaoshi',
    to,
    kind: status < 400 ? 'answer' : 'failure',
    title: word === undefined ? String(status) : `${status} ${word}`,
    fields: [
      ...fieldsOf(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
      ...fieldsOf(withoutCode(content)),
    ],
    ...(content.recover !== undefined && { recover: content.recover }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** A problem's code is no secret, unlike that of `wx.login`. */
function withoutCode<C extends { code?: string }>(content: C): Record<string, unknown> {
  const { code, ...rest } = content;
  return code === undefined ? rest : { problem: code, ...rest };
}
