/** The routes of the fake admin API. */
import { randomUUID } from 'node:crypto';
import { overview } from './overview.js';
import { APPS, ago, type FakePerson, masked, maskedNumber } from './people.js';
import { listed, redeliver } from './pushes.js';
import { diagnoses } from './records.js';
import { OPERATORS, type State } from './state.js';
import { redeliverEvent, webhooks } from './webhooks.js';

/** A request, as far as the routes need it. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, string>;
  readonly cookie: string | undefined;
  readonly language: 'en' | 'zh';
}

export interface Response {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

type Problem = readonly [status: number, recover: string, title: string, zh: string];

const PROBLEMS: Record<string, Problem> = {
  wrong_password: [401, 'fix_request', 'Name, password or code is wrong', '名字、密码或验证码不正确'],
  totp_required: [
    401,
    'fix_request',
    'A code of the authenticator app is needed, too',
    '还需要身份验证器的验证码',
  ],
  not_signed_in: [401, 'login_again', 'Nobody is signed in to the console', '尚未登录控制台'],
  viewer_only: [403, 'operator', 'The operator may only look', '该管理员只能查看'],
  no_such_user: [404, 'fix_request', 'No such user', '用户不存在'],
  no_such_push: [404, 'fix_request', 'No such message', '消息不存在'],
  no_such_delivery: [404, 'fix_request', 'No such delivery', '投递不存在'],
  not_found: [404, 'fix_request', 'No such route', '接口不存在'],
  method_not_allowed: [405, 'fix_request', 'Another method is needed', '需要使用其他方法'],
  user_erased: [409, 'fix_request', 'The user was erased', '用户已被抹除'],
  push_not_for_back_end: [409, 'fix_request', 'The message is not sent to a back end', '消息不会发给后端'],
  webhook_not_configured: [409, 'fix_request', 'The webhook is not configured', '未配置该 Webhook'],
  unsupported_media_type: [
    415,
    'fix_request',
    'The body’s media type is not supported',
    '不支持请求体的媒体类型',
  ],
  invalid_field: [422, 'fix_request', 'A field has an invalid value', '字段的值不合要求'],
  rate_limited: [429, 'retry', 'Too many requests', '请求过于频繁'],
  store_unavailable: [503, 'retry', 'The store is unavailable', '数据库不可用'],
};

export function problem(code: string, language: 'en' | 'zh', headers: Record<string, string> = {}): Response {
  const [status, recover, en, zh] = PROBLEMS[code] ?? [500, 'retry', code, code];
  const title = language === 'zh' ? zh : en;
  const detail = language === 'zh' ? '假服务器返回的说明。' : 'The fake server says so.';
  const [type, request_id] = [`urn:yaoshi:problem:${code}`, '5f3a9c01-00000000ff'];
  return { status, body: { type, title, status, detail, code, recover, request_id }, headers };
}

const SEARCH = '/users/search';

/** Responds to a request to the admin API. */
export function respond(state: State, request: Request): Response {
  const failing = state.failures.findIndex(({ path }) => request.path.includes(path));
  const [failure] = failing < 0 ? [] : state.failures.splice(failing, 1);
  if (failure !== undefined) {
    const { code, retryAfter } = failure;
    return problem(
      code,
      request.language,
      retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
    );
  }
  if (request.path === '/sign-in') {
    return signIn(state, request);
  }
  if (request.path === '/sign-out') {
    state.signedIn.delete(request.cookie ?? '');
    return { status: 204 };
  }
  const name = state.signedIn.get(request.cookie ?? '');
  const operator = OPERATORS[name ?? ''];
  if (name === undefined || operator === undefined) {
    return problem('not_signed_in', request.language);
  }
  const isLooking = request.method === 'GET' || request.path === SEARCH;
  if (!isLooking && operator.role !== 'operator') {
    return problem('viewer_only', request.language);
  }
  return signedIn(state, request, name);
}

function signIn(state: State, { body, language }: Request): Response {
  const operator = OPERATORS[body.name ?? ''];
  if (operator === undefined || operator.password !== body.password) {
    return problem('wrong_password', language);
  }
  if (operator.totp !== undefined && body.totp === undefined) {
    return problem('totp_required', language);
  }
  if (operator.totp !== body.totp) {
    return problem('wrong_password', language);
  }
  const cookie = randomUUID();
  state.signedIn.set(cookie, body.name ?? '');
  const headers = { 'set-cookie': `yaoshi_operator=${cookie}; HttpOnly; SameSite=Strict; Path=/` };
  return { status: 200, body: me(body.name ?? ''), headers };
}

function me(name: string): unknown {
  const { role, totp } = OPERATORS[name] ?? {};
  return { name, role, totp: totp !== undefined };
}

function signedIn(state: State, request: Request, operator: string): Response {
  const { path, query, language } = request;
  const [, group, id, verb] = path.split('/');
  switch (group) {
    case 'me':
      return { status: 200, body: me(operator) };
    case 'overview':
      return { status: 200, body: overview(state.isEmpty, Number(query.get('hours') ?? 24)) };
    case 'users':
      return path === SEARCH ? found(state, request.body) : person(state, request, id ?? '', verb, operator);
    case 'events':
      return query.has('kind') && query.has('user')
        ? problem('invalid_field', language)
        : page(
            state.events.filter((each) => isMatch(each, query, { kind: 'kind', user: 'user_id' })),
            query.get('after'),
          );
    case 'diagnoses':
      return page(state.isEmpty ? [] : reasons(state, query), query.get('after'));
    case 'pushes':
      return pushes(state, request, id, verb, operator);
    case 'webhooks':
      return { status: 200, body: { webhooks: state.isEmpty ? [] : webhooks(state.deliveries) } };
    case 'deliveries':
      return deliveries(state, request, id, verb, operator);
    case 'keys':
      return keys(state, request, id, operator);
    case 'services':
      return { status: 200, body: { items: state.isEmpty ? [] : SERVICES } };
    default:
      return problem('not_found', language);
  }
}

const SERVICES = [
  { id: 'shop', scopes: ['introspect', 'users', 'sign'], apps: [APPS[0]] },
  { id: 'reports', scopes: ['users'] },
  { id: 'messages', scopes: ['access_token'], apps: [APPS[1]] },
];

function pushes(
  state: State,
  { method, query, language }: Request,
  id: string | undefined,
  verb: string | undefined,
  operator: string,
): Response {
  if (id === undefined) {
    const items = state.isEmpty ? [] : state.pushes.map(listed);
    return page(
      items.filter((each) => isMatch(each, query, { state: 'state' })),
      query.get('after'),
    );
  }
  const push = state.pushes.find((each) => each.id === id);
  if (push === undefined) {
    return problem('no_such_push', language);
  }
  switch (`${method} ${verb ?? ''}`) {
    case 'POST show':
      state.recordPush('push_shown', push, operator);
      return { status: 200, body: push };
    case 'POST redeliver':
      if (!redeliver(push)) {
        return problem('push_not_for_back_end', language);
      }
      state.recordPush('push_redelivered', push, operator);
      return { status: 202, body: listed(push) };
    default:
      return problem('method_not_allowed', language);
  }
}

function deliveries(
  state: State,
  { method, query, language }: Request,
  id: string | undefined,
  verb: string | undefined,
  operator: string,
): Response {
  if (id === undefined) {
    const items = state.isEmpty ? [] : state.deliveries;
    return page(
      items.filter((each) => isMatch(each, query, { webhook: 'webhook', state: 'state' })),
      query.get('after'),
    );
  }
  const delivery = state.deliveries.find((each) => String(each.id) === id);
  if (delivery === undefined) {
    return problem('no_such_delivery', language);
  }
  if (`${method} ${verb ?? ''}` !== 'POST redeliver') {
    return problem('method_not_allowed', language);
  }
  if (!redeliverEvent(delivery)) {
    return problem('webhook_not_configured', language);
  }
  state.recordRedelivery(delivery, operator);
  return { status: 202, body: delivery };
}

function keys(state: State, { method, language }: Request, verb: string | undefined, by: string): Response {
  switch (`${method} ${verb ?? ''}`) {
    case 'GET ':
      return { status: 200, body: state.keys.look(state.isEmpty) };
    case 'POST reseal':
      state.keys.start('reseal', by);
      return { status: 202, body: state.keys.look(state.isEmpty) };
    default:
      return problem('method_not_allowed', language);
  }
}

function isMatch(each: object, query: URLSearchParams, fields: Record<string, string>): boolean {
  return Object.entries(fields).every(
    ([name, field]) => !query.has(name) || Reflect.get(each, field) === query.get(name),
  );
}

/** How many entries a page has. */
const PAGE = 50;

/** As the server does it, a full page names a next one even if that is empty. */
function page(items: readonly { id: string | number }[], after: string | null | undefined): Response {
  const from = items.findIndex(({ id }) => String(id) === after) + 1;
  const shown = items.slice(from, from + PAGE);
  const next = shown.length === PAGE ? { next: String(shown.at(-1)?.id) } : {};
  return { status: 200, body: { items: shown, ...next } };
}

function reasons(state: State, query: URLSearchParams): { id: string }[] {
  return diagnoses(state.people)
    .filter(({ of, ...each }) => {
      const { openid, user } = of as { openid: string[]; user?: string };
      return (
        isMatch(each, query, { request_id: 'request_id', rid: 'rid', identity: 'identity' }) &&
        (!query.has('openid') || openid.includes(query.get('openid') ?? '')) &&
        (!query.has('user') || user === query.get('user'))
      );
    })
    .map(({ of, ...each }) => each);
}

function found(state: State, { text = '', after }: Record<string, string>): Response {
  const number = text.replace(/[ -]/g, '');
  const people = state.people.filter(
    ({ id, nickname, phone, identities }) =>
      id === text ||
      (phone !== undefined && [number, `+86${number}`].includes(phone.number)) ||
      identities.some(({ openid, unionid }) => openid === text || unionid === text) ||
      nickname.startsWith(text),
  );
  return page(people.map(inList), after);
}

function inList({ phone, identities, sessions, ...listed }: FakePerson): { id: string } {
  return listed;
}

/** What is refused for an erased person. */
const CHANGES = new Set(['block', 'unblock', 'log-out', 'erase']);

function person(
  state: State,
  { method, body, language }: Request,
  id: string,
  verb: string | undefined,
  operator: string,
): Response {
  const person = state.person(id);
  if (person === undefined) {
    return problem('no_such_user', language);
  }
  if (person.status === 'erased' && CHANGES.has(verb ?? '')) {
    return problem('user_erased', language);
  }
  switch (`${method} ${verb ?? ''}`) {
    case 'GET ':
      return { status: 200, body: details(state, person, false) };
    case 'POST show-whole':
      state.record('person_shown', person, operator);
      return { status: 200, body: details(state, person, true) };
    case 'POST export':
      state.record('user_exported', person, operator);
      return { status: 200, body: { exported_at: ago(0), ...details(state, person, true) } };
    case 'POST block':
      person.status = 'blocked';
      state.endSessions(person, 'blocked');
      state.record('user_blocked', person, operator);
      return { status: 204 };
    case 'POST unblock':
      person.status = 'active';
      state.record('user_unblocked', person, operator);
      return { status: 204 };
    case 'POST log-out':
      state.endSessions(person, 'ended_elsewhere');
      state.record('all_sessions_revoked', person, operator);
      return { status: 204 };
    case 'POST erase':
      if (body.confirm !== id) {
        return problem('invalid_field', language);
      }
      state.erase(person);
      return {
        status: 200,
        body: { user_id: id, event_id: state.record('user_erased', person, operator), erased_at: ago(0) },
      };
    default:
      return problem('method_not_allowed', language);
  }
}

function details(state: State, person: FakePerson, isWhole: boolean): Record<string, unknown> {
  const shown = (id: string) => (isWhole ? id : masked(id));
  const { phone } = person;
  return {
    ...person,
    ...(phone !== undefined && {
      phone: { ...phone, number: isWhole ? phone.number : maskedNumber(phone.number) },
    }),
    identities: person.identities.map(({ openid, unionid, ...identity }) => ({
      ...identity,
      openid: shown(openid),
      ...(unionid !== undefined && { unionid: shown(unionid) }),
    })),
    events: state.events.filter(({ user_id: user }) => user === person.id).slice(0, 50),
  };
}
