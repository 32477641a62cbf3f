import type { Diagnosis } from '../api/bodies.js';
import { type Child, html } from '../dom.js';
import { dateTime, duration } from '../format.js';
import { named, text } from '../language/language.js';
import { hashOf, personHash } from '../route.js';
import { adviceWords } from './advice.js';
import { badge } from './badge.js';
import { code } from './code.js';

/** A diagnosis as a short story: what was tried, what failed, with which keys, after what, and what to do. */
export function story(diagnosis: Diagnosis, isOpen: boolean): HTMLElement {
  const { at, step } = diagnosis;
  const summary = html(
    'summary',
    {},
    html(
      'span',
      { class: 'story-title' },
      html('strong', {}, named('headline', step)),
      badge(diagnosis.code, 'bad'),
    ),
    html('span', { class: 'story-when' }, html('time', { datetime: at, title: at }, dateTime(at))),
  );
  const parts = html(
    'dl',
    { class: 'story' },
    part(text('why.tried'), named('tried', step), html('p', {}, who(diagnosis))),
    part(text('why.failed'), ...failed(diagnosis)),
    part(text('why.keys'), keys(diagnosis)),
    part(text('why.before'), before(diagnosis)),
    adviceOf(diagnosis),
  );
  return html('details', { class: 'card story-card', open: isOpen }, summary, parts, footer(diagnosis));
}

/** What to do; the server may have no advice for a code. */
function adviceOf(diagnosis: Diagnosis): HTMLElement | undefined {
  const words = adviceWords(diagnosis);
  if (words === '') {
    return undefined;
  }
  return html(
    'div',
    { class: 'story-advice' },
    html('dt', {}, text('why.advice')),
    html('dd', {}, html('p', {}, words)),
  );
}

function part(term: string, ...what: Child[]): HTMLElement {
  return html('div', {}, html('dt', {}, term), html('dd', {}, ...what));
}

function who({ user_id, openid, app_id }: Diagnosis): string {
  const somebody = openid ?? (user_id === undefined ? text('why.somebody') : user_id);
  return text('why.who', { who: somebody, app: app_id ?? text('why.some_app') });
}

function failed({ cause, errcode, rid }: Diagnosis): Child[] {
  const wechat = errcode === undefined ? undefined : html('p', {}, text('why.wechat_says', { errcode }));
  const call = rid === undefined ? undefined : html('p', {}, `${text('why.wechat_rid')} `, code(rid));
  return [html('p', {}, cause ?? text('why.no_cause')), wechat, call];
}

function keys({ keys: held }: Diagnosis): HTMLElement {
  if (held.length === 0) {
    return html('p', {}, text('why.no_keys'));
  }
  const items = held.map(({ generation, age_seconds, superseded }) => {
    const words = text('why.key', { generation, age: duration(age_seconds) });
    const state = superseded ? badge(text('why.key_superseded')) : badge(text('why.key_current'), 'good');
    return html('li', {}, words, ' ', state);
  });
  return html('ul', { class: 'lines' }, ...items);
}

function before({ before: events, at }: Diagnosis): HTMLElement {
  if (events.length === 0) {
    return html('p', {}, text('why.nothing_before'));
  }
  const items = events.map((event) => {
    const seconds = (Date.parse(at) - Date.parse(event.at)) / 1000;
    const earlier = text('why.earlier', { age: duration(seconds) });
    return html('li', {}, named('event', event.kind), ' ', html('span', { class: 'more' }, earlier));
  });
  return html('ol', { class: 'lines' }, ...items);
}

function footer({ request_id, user_id, identity }: Diagnosis): HTMLElement {
  const links: Child[] =
    user_id === undefined
      ? []
      : [
          html('a', { href: personHash(user_id) }, text('why.person')),
          html('a', { href: hashOf(['events'], { user: user_id }) }, text('why.events')),
        ];
  const somebody = user_id ?? identity;
  if (somebody !== undefined) {
    links.push(html('a', { href: hashOf(['why'], { q: somebody }) }, text('why.others')));
  }
  const id = html('span', {}, `${text('problem.request_id')} `, code(request_id));
  const inLog =
    identity === undefined ? undefined : html('span', {}, `${text('why.in_log')} `, code(identity));
  return html('div', { class: 'story-footer' }, id, inLog, ...links);
}
