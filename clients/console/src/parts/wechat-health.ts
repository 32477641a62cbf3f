import type { WeChatHealth } from '../api/bodies.js';
import { type Child, facts, html } from '../dom.js';
import { dateTime, duration, number } from '../format.js';
import { named, text } from '../language/language.js';
import { badge, type Tone } from './badge.js';
import { code } from './code.js';
import { empty } from './empty.js';

const TONES: Record<string, Tone> = { closed: 'good', open: 'bad', half_open: 'odd' };

/** How WeChat does for each app: breaker, pauses, access token, errcodes. */
export function wechatHealth(apps: readonly WeChatHealth[]): HTMLElement {
  if (apps.length === 0) {
    return empty(text('overview.no_apps'), text('overview.no_apps_what'));
  }
  return html('ul', { class: 'cards' }, ...apps.map((app) => html('li', { class: 'card' }, ...health(app))));
}

function health(app: WeChatHealth): Child[] {
  const { app_id: id, breaker, access_token: token, forced_refreshes_left: left, pauses, errcodes } = app;
  const tokenWords =
    token === null
      ? text('overview.token_none')
      : text('overview.token_age', {
          age: duration(token.age_seconds),
          left: duration(token.expires_in_seconds),
        });
  return [
    html('h3', {}, code(id)),
    facts([
      [text('overview.breaker'), badge(named('breaker', breaker), TONES[breaker] ?? 'plain')],
      [text('overview.token'), tokenWords],
      [text('overview.refreshes'), number(left)],
      [
        text('overview.pauses'),
        lines(
          pauses.map(({ calls, until, reason }) =>
            text('overview.pause', { calls, until: dateTime(until), reason }),
          ),
          text('overview.pauses_none'),
        ),
      ],
      [
        text('overview.errcodes'),
        lines(
          errcodes.map(({ errcode, count }) => text('overview.errcode', { errcode, count: number(count) })),
          text('overview.errcodes_none'),
        ),
      ],
    ]),
  ];
}

function lines(items: readonly string[], none: string): Child {
  return items.length === 0
    ? none
    : html('ul', { class: 'lines' }, ...items.map((item) => html('li', {}, item)));
}
