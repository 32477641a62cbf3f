import type { Overview } from '../api/bodies.js';
import { button, type Child, html } from '../dom.js';
import { dateTime, number, share } from '../format.js';
import { text } from '../language/language.js';
import { empty } from '../parts/empty.js';
import { failures } from '../parts/failures.js';
import { funnel, totals } from '../parts/funnel.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { wechatHealth } from '../parts/wechat-health.js';
import { hashWith } from '../route.js';
import type { Page, View } from '../view.js';

/** The periods on offer, in hours. */
const PERIODS = [6, 24, 72, 168] as const;
const USUAL = 24;

/** How logins are going, what fails, and how WeChat is doing. */
export const overviewPage: Page = (view) => {
  const { main, route } = view;
  const hours = PERIODS.find((period) => String(period) === route.query.get('hours')) ?? USUAL;
  const controls = html('div', { class: 'controls' }, periodChoice(view, hours));
  const body = html('div', { id: 'overview' });
  main.append(
    heading(text('overview.title'), text('overview.lead', { period: periodWords(hours) }), controls),
    body,
  );
  const show = () =>
    load(view, body, {
      get: () => view.api.overview(hours),
      show: (overview) => {
        controls.replaceChildren(appChoice(view, overview), periodChoice(view, hours), refresh);
        return content(view, overview, hours);
      },
    });
  const refresh = button(text('console.refresh'), () => void show(), { id: 'refresh' });
  void show();
};

function periodChoice(view: View, hours: number): HTMLElement {
  const options = PERIODS.map((period) =>
    html('option', { value: period, selected: period === hours }, periodWords(period)),
  );
  const select = html('select', { id: 'period', 'aria-label': text('overview.period') }, ...options);
  select.addEventListener('change', () => view.go(hashWith(view.route, { hours: select.value })));
  return html('span', { class: 'select' }, select);
}

function periodWords(hours: number): string {
  return hours > USUAL
    ? text('overview.days', { count: hours / 24 })
    : text('overview.hours', { count: hours });
}

/** Offers the apps of the configuration, and those that left it with something counted. */
function appChoice(view: View, { hours, failures: failed, wechat }: Overview): HTMLElement {
  const chosen = view.route.query.get('app');
  const named = [...wechat.apps, ...hours, ...failed].map((each) => each.app_id);
  const apps = new Set([...named, chosen].filter((app) => typeof app === 'string'));
  const options = [...apps]
    .sort()
    .map((app) => html('option', { value: app, selected: app === chosen }, app));
  const all = html('option', { value: '' }, text('overview.all_apps'));
  const select = html('select', { id: 'app', 'aria-label': text('overview.app') }, all, ...options);
  select.addEventListener('change', () => view.go(hashWith(view.route, { app: select.value })));
  return html('span', { class: 'select' }, select);
}

function content(view: View, overview: Overview, period: number): Child[] {
  const app = view.route.query.get('app');
  const isChosen = (each: { readonly app_id?: string }) => app === null || each.app_id === app;
  const hours = overview.hours.filter(isChosen);
  const failed = overview.failures.filter(isChosen);
  return [
    figures(overview, hours, failed),
    section(
      text('overview.funnel'),
      [html('p', { class: 'summary' }, updated())],
      hours.length === 0
        ? empty(text('overview.no_logins'), text('overview.no_logins_what'))
        : funnel(hours, period, view.signal),
    ),
    section(
      text('overview.failures'),
      [html('p', { class: 'summary' }, text('overview.failures_lead'))],
      failures(failed),
    ),
    wechatHealth({ ...overview.wechat, apps: overview.wechat.apps.filter(isChosen) }),
  ];
}

function updated(): string {
  return text('overview.updated', { time: dateTime(new Date().toISOString()) });
}

function figures(
  { live_sessions: live }: Overview,
  hours: Overview['hours'],
  failed: Overview['failures'],
): HTMLElement {
  const { codes, sessions } = totals(hours);
  const count = failed.reduce((sum, failure) => sum + failure.count, 0);
  return html(
    'ul',
    { class: 'figures' },
    figure(
      'live',
      text('overview.live'),
      live === undefined ? '–' : number(live.count),
      live === undefined
        ? text('overview.live_none')
        : text('overview.live_lead', { time: dateTime(live.counted_at) }),
    ),
    figure('share', text('overview.login_share'), share(sessions, codes), text('overview.login_share_lead')),
    figure('failed', text('overview.failed'), number(count), text('overview.failed_lead')),
  );
}

function figure(name: string, label: string, value: string, lead: string): HTMLElement {
  return html(
    'li',
    { class: 'card', 'data-figure': name },
    html('p', { class: 'figure-label' }, label),
    html('p', { class: 'figure' }, value),
    html('p', { class: 'hint' }, lead),
  );
}
