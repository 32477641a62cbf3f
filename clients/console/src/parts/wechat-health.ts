import type { AppHealth, WeChatHealth } from '../api/bodies.js';
import { type Child, facts, html } from '../dom.js';
import { dateTime, duration, number } from '../format.js';
import { named, text } from '../language/language.js';
import { badge, type Tone } from './badge.js';
import { code } from './code.js';
import { empty } from './empty.js';
import { section } from './heading.js';

const TONES: Record<string, Tone> = { closed: 'good', half_open: 'odd', open: 'bad' };

/** How WeChat does: the circuit breaker of each endpoint, and what is known of each app. */
export function wechatHealth({ endpoints, apps }: WeChatHealth): HTMLElement {
  const summary = html('p', { class: 'summary' }, text('overview.wechat_lead'));
  const cards =
    apps.length === 0
      ? empty(text('overview.no_apps'), text('overview.no_apps_what'))
      : html('ul', { class: 'cards' }, ...apps.map((app) => html('li', { class: 'card' }, ...health(app))));
  return section(text('overview.wechat'), [summary], breakers(endpoints), cards);
}

function breakers(endpoints: WeChatHealth['endpoints']): HTMLElement {
  const items = endpoints.map(({ endpoint, breaker }) =>
    html(
      'li',
      { 'data-endpoint': endpoint },
      html('span', {}, named('endpoint', endpoint), html('span', { class: 'more' }, code(endpoint))),
      badge(named('breaker', breaker), TONES[breaker] ?? 'plain'),
    ),
  );
  return html(
    'div',
    { class: 'card breakers' },
    html('h3', {}, text('overview.breakers')),
    html('p', { class: 'hint' }, text('overview.breakers_what')),
    html('ul', {}, ...items),
  );
}

function health({
  app_id: id,
  access_token: token,
  forced_refreshes_left: left,
  ...app
}: AppHealth): Child[] {
  const isPaused = app.pauses.length > 0;
  return [
    html(
      'div',
      { class: 'card-title' },
      html('h3', {}, code(id)),
      isPaused ? badge(text('overview.paused'), 'odd') : undefined,
    ),
    facts([
      [text('overview.pauses'), isPaused ? lines(app.pauses.map(pauseWords)) : text('overview.pauses_none')],
      [text('overview.errcodes'), errcodes(app.errcodes)],
      [text('overview.token'), token === undefined ? text('overview.token_none') : tokenWords(token)],
      [text('overview.refreshes'), left === 0 ? badge(number(left), 'odd') : number(left)],
    ]),
  ];
}

function pauseWords({ endpoint, until, errcode }: AppHealth['pauses'][number]): string {
  const values = { endpoint: named('endpoint', endpoint), until: dateTime(until) };
  return errcode === undefined
    ? text('overview.pause', values)
    : text('overview.pause_errcode', { ...values, errcode });
}

function tokenWords({ obtained_at, expires_at }: NonNullable<AppHealth['access_token']>): string {
  const now = Date.now();
  const left = (Date.parse(expires_at) - now) / 1000;
  const age = duration((now - Date.parse(obtained_at)) / 1000);
  return left > 0
    ? text('overview.token_age', { age, left: duration(left) })
    : text('overview.token_expired', { age, time: dateTime(expires_at) });
}

function errcodes(items: AppHealth['errcodes']): Child {
  if (items.length === 0) {
    return text('overview.errcodes_none');
  }
  const counts = items.map(({ errcode, count }) =>
    html('li', {}, code(String(errcode)), ' ', text('overview.times', { count: number(count) })),
  );
  return html('ul', { class: 'errcodes' }, ...counts);
}

function lines(items: readonly string[]): HTMLElement {
  return html('ul', { class: 'lines' }, ...items.map((item) => html('li', {}, item)));
}
