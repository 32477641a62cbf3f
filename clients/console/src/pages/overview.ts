import type { Overview } from '../api/bodies.js';
import { button, type Child, html } from '../dom.js';
import { number, share, time } from '../format.js';
import { text } from '../language/language.js';
import { empty } from '../parts/empty.js';
import { failures } from '../parts/failures.js';
import { funnel, totals } from '../parts/funnel.js';
import { heading, section } from '../parts/heading.js';
import { load } from '../parts/load.js';
import { hashWith } from '../route.js';
import type { Page, View } from '../view.js';

/** The periods on offer, in hours. */
const PERIODS = [6, 24, 72, 168] as const;
const USUAL = 24;

/** How logins are going, and what fails. */
export const overviewPage: Page = (view) => {
  const { main, route } = view;
  const hours = PERIODS.find((period) => String(period) === route.query.get('hours')) ?? USUAL;
  const controls = html('div', { class: 'controls' }, periodChoice(view, hours));
  const body = html('div', { id: 'overview' });
  main.append(heading(text('overview.title'), text('overview.lead', { count: hours }), controls), body);
  const show = () =>
    load(view, body, {
      get: () => view.api.overview(hours),
      show: (overview) => {
        controls.replaceChildren(appChoice(view, overview), periodChoice(view, hours), refresh);
        return content(view, overview, hours);
      },
    });
  const refresh = button(text('overview.refresh'), () => void show(), { id: 'refresh' });
  void show();
};

function periodChoice(view: View, hours: number): HTMLElement {
  const options = PERIODS.map((period) => {
    const isDays = period > USUAL;
    const words = isDays
      ? text('overview.days', { count: period / 24 })
      : text('overview.hours', { count: period });
    return html('option', { value: period, selected: period === hours }, words);
  });
  const select = html('select', { id: 'period', 'aria-label': text('overview.period') }, ...options);
  select.addEventListener('change', () => view.go(hashWith(view.route, { hours: select.value })));
  return html('span', { class: 'select' }, select);
}

function appChoice(view: View, { hours, failures: failed }: Overview): HTMLElement {
  const named = [...hours, ...failed].map((each) => each.app_id).filter((app) => app !== undefined);
  const apps = [...new Set(named)].sort();
  const chosen = view.route.query.get('app');
  const options = apps.map((app) => html('option', { value: app, selected: app === chosen }, app));
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
    figures(hours, failed),
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
  ];
}

function updated(): string {
  const now = time(new Date().toISOString()).textContent ?? '';
  return text('overview.updated', { time: now });
}

function figures(hours: Overview['hours'], failed: Overview['failures']): HTMLElement {
  const { codes, sessions } = totals(hours);
  const count = failed.reduce((sum, failure) => sum + failure.count, 0);
  return html(
    'ul',
    { class: 'figures' },
    figure('share', text('overview.login_share'), share(sessions, codes), text('overview.login_share_lead')),
    figure(
      'failed',
      text('overview.failed'),
      number(count),
      codes === 0 ? '' : text('overview.failed_lead', { share: share(count, codes) }),
    ),
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
