/** The routes of the fake admin API. */
import { randomUUID } from 'node:crypto';
import { APPS, type FakePerson, masked, maskedNumber } from './people.js';
import { diagnoses } from './records.js';
import { OPERATORS, type State } from './state.js';

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

const PROBLEMS: Record<string, readonly [status: number, title: string, zh: string]> = {
  wrong_password: [401, 'Name, password or code is wrong', '账号、密码或验证码错误'],
  totp_required: [401, 'A code is needed', '需要动态验证码'],
  not_signed_in: [401, 'Nobody is signed in', '尚未登录'],
  viewer_only: [403, 'A viewer may change nothing', '只读账号不能修改'],
  no_such_user: [404, 'No such user', '用户不存在'],
  invalid_field: [422, 'A field has an invalid value', '字段取值无效'],
  not_found: [404, 'No such route', '路由不存在'],
  too_many_tries: [429, 'Too many tries', '尝试次数过多'],
  store_unavailable: [503, 'The store is unavailable', '存储不可用'],
};

export function problem(code: string, language: 'en' | 'zh', headers: Record<string, string> = {}): Response {
  const [status, en, zh] = PROBLEMS[code] ?? [500, code, code];
  const title = language === 'zh' ? zh : en;
  const detail = language === 'zh' ? '假服务器返回的说明。' : 'The fake server says so.';
  const [type, recover, request_id] = [`urn:yaoshi:problem:${code}`, 'retry', '5f3a9c01-00000000ff'];
  return { status, body: { type, title, status, detail, code, recover, request_id }, headers };
}

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
  const name = state.signedIn.get(request.cookie ?? '');
  const operator = OPERATORS[name ?? ''];
  if (name === undefined || operator === undefined) {
    return problem('not_signed_in', request.language);
  }
  const needsOperator =
    (request.method !== 'GET' && request.path !== '/sign-out') ||
    request.path.endsWith('/export') ||
    request.query.has('whole');
  if (needsOperator && operator.role !== 'operator') {
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
    case 'sign-out':
      state.signedIn.delete(request.cookie ?? '');
      return { status: 204 };
    case 'me':
      return { status: 200, body: me(operator) };
    case 'overview':
      return { status: 200, body: state.overview(Number(query.get('hours') ?? 24)) };
    case 'users':
      return id === undefined ? found(state, query) : person(state, request, id, verb, operator);
    case 'events':
      return page(
        state.events.filter((each) => isMatch(each, query, { kind: 'kind', user: 'user_id' })),
        query,
      );
    case 'diagnoses':
      return page(state.isEmpty ? [] : reasons(state, query), query);
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

function isMatch(
  each: Record<string, unknown>,
  query: URLSearchParams,
  fields: Record<string, string>,
): boolean {
  return Object.entries(fields).every(([name, field]) => !query.has(name) || each[field] === query.get(name));
}

function page(items: readonly { id: string }[], query: URLSearchParams): Response {
  const limit = Number(query.get('limit') ?? 50);
  const from = items.findIndex(({ id }) => id === query.get('after')) + 1;
  const shown = items.slice(from, from + limit);
  const next = from + limit < items.length ? { next: shown.at(-1)?.id } : {};
  return { status: 200, body: { items: shown, ...next } };
}

function reasons(state: State, query: URLSearchParams): { id: string }[] {
  return diagnoses(state.people)
    .filter(({ of, ...each }) => {
      const { openid, user } = of as { openid: string[]; user?: string };
      return (
        isMatch(each, query, { request_id: 'request_id', rid: 'rid' }) &&
        (!query.has('openid') || openid.includes(query.get('openid') ?? '')) &&
        (!query.has('user') || user === query.get('user'))
      );
    })
    .map(({ of, ...each }) => each);
}

function found(state: State, query: URLSearchParams): Response {
  const [[by, value = ''] = ['', '']] = query;
  const matches: Record<string, (person: FakePerson) => boolean> = {
    id: ({ id }) => id === value,
    openid: ({ identities }) => identities.some(({ openid }) => openid === value),
    unionid: ({ identities }) => identities.some(({ unionid }) => unionid === value),
    phone: ({ phone }) => phone !== undefined && [value, `+86${value}`].includes(phone.number),
    nickname: ({ nickname }) => nickname.startsWith(value),
  };
  const people = state.people.filter(matches[by] ?? (() => false)).map(inList);
  return page(people, query);
}

function inList({ phone, identities, sessions, ...listed }: FakePerson): { id: string } {
  return listed;
}

function person(
  state: State,
  { query, body, language }: Request,
  id: string,
  verb: string | undefined,
  operator: string,
): Response {
  const person = state.person(id);
  if (person === undefined) {
    return problem('no_such_user', language);
  }
  switch (verb) {
    case undefined:
      return { status: 200, body: details(state, person, query.get('whole') === 'true', operator) };
    case 'block':
      person.status = 'blocked';
      state.endSessions(person, 'blocked');
      state.record('user_blocked', person, operator);
      return { status: 204 };
    case 'unblock':
      person.status = 'active';
      state.record('user_unblocked', person, operator);
      return { status: 204 };
    case 'log-out':
      state.endSessions(person, 'ended_elsewhere');
      state.record('all_sessions_revoked', person, operator);
      return { status: 204 };
    case 'erase':
      if (body.confirm !== id) {
        return problem('invalid_field', language);
      }
      state.erase(person);
      return { status: 200, body: { event_id: state.record('user_erased', person, operator) } };
    case 'export':
      return { status: 200, body: details(state, person, true, operator) };
    default:
      return problem('not_found', language);
  }
}

function details(state: State, person: FakePerson, isWhole: boolean, operator: string): unknown {
  if (isWhole) {
    state.record('person_shown', person, operator);
  }
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
