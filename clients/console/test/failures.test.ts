import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuid } from './fake-api/people.js';
import { withConsole } from './fixture.js';

const REQUESTS = [
  ['#/overview', '/overview'],
  ['#/people?q=Tom', '/users/search'],
  [`#/people/${uuid(1)}`, '/users'],
  ['#/why', '/diagnoses'],
  ['#/events', '/events'],
  ['#/pushes', '/pushes'],
  ['#/webhooks', '/webhooks'],
  ['#/webhooks?again', '/deliveries'],
  ['#/keys', '/keys'],
  ['#/keys?again', '/services'],
] as const;

test('a request that fails is told with its id, and can be repeated', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go('#/nowhere');
    for (const [hash, path] of REQUESTS) {
      page.state.failures.push({ path, status: 503, code: 'store_unavailable', retryAfter: 1 });
      await page.go(hash);
      await page.locator('.problem').waitFor();
      assert.match(
        await page.text('.problem'),
        /The store is unavailable.*The fake server says so.*5f3a9c01-00000000ff/,
        hash,
      );
      await page.locator('.problem button').click();
      await page.locator('.problem').waitFor({ state: 'detached' });
      await page.settled();
    }
    await page.screenshot('failures-keys');
  }));

test('an action that fails says so where it was asked for, and can be repeated', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go(`#/people/${uuid(1)}`);
    page.state.failures.push({ path: '/block', status: 503, code: 'store_unavailable' });
    await page.locator('#do-block').click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem').waitFor();
    await page.screenshot('failures-dialog', false);
    await page.locator('dialog .problem button').click();
    await page.locator('#do-unblock').waitFor();
    page.state.failures.push({ path: '/unblock', status: 503, code: 'store_unavailable' });
    await page.locator('#do-unblock').click();
    await page.locator('.actions .problem button').click();
    await page.locator('#do-block').waitFor();
    page.state.failures.push({ path: '/export', status: 503, code: 'store_unavailable' });
    await page.locator('#do-export').click();
    await page.locator('.actions .problem').waitFor();
    const [download] = await Promise.all([
      page.page.waitForEvent('download'),
      page.locator('.actions .problem button').click(),
    ]);
    assert.match(download.suggestedFilename(), /\.json$/);
    await page.follow('keys');
    page.state.failures.push({ path: '/reseal', status: 503, code: 'store_unavailable' });
    await page.locator('#do-reseal').click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem button').click();
    await page.locator('#progress').waitFor();
  }));

test('progress that cannot be read is told, and is read again when asked for', () =>
  withConsole(async (page) => {
    page.state.keys.stand('reseal', 100);
    await page.signIn();
    await page.follow('keys');
    page.state.failures.push({ path: '/keys', status: 503, code: 'store_unavailable' });
    await page.locator('.running .problem').waitFor();
    assert.match(await page.text('.running'), /100 of 59,613 rows/);
    page.state.keys.stand('reseal', 200);
    await page.locator('.running .problem button').click();
    await page.locator('.running', { hasText: '200 of 59,613 rows' }).waitFor();
    assert.equal(await page.locator('.problem').count(), 0);
  }));

test('a server that does not answer is told, and the console goes on when it is back', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.page.route('**/admin/v1/events**', (route) => route.abort());
    await page.follow('events');
    assert.match(await page.text('.problem'), /The server does not answer/);
    await page.page.unroute('**/admin/v1/events**');
    await page.locator('.problem button').click();
    await page.locator('#results table').waitFor();
  }));

test('a response that is not one of Yaoshi is told', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.page.route('**/admin/v1/events**', (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad gateway</h1>' }),
    );
    await page.follow('events');
    assert.match(await page.text('.problem'), /not one of Yaoshi.*Status 502/);
  }));

test('the console starts when the server is back', () =>
  withConsole(async (page) => {
    page.state.failures.push({ path: '/me', status: 503, code: 'store_unavailable' });
    await page.open();
    await page.locator('.problem button').click();
    await page.heading('sign-in');
  }));

test('loading is shown, and what a page was left for is not shown any more', () =>
  withConsole(async (page) => {
    await page.signIn();
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.page.route('**/admin/v1/diagnoses**', async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    await page.locator('#pages a[href="#/why"]').click();
    await page.locator('.loading').waitFor();
    await page.follow('keys');
    release();
    await page.settled();
    assert.equal(await page.text('h1'), 'Keys and services');
    assert.equal(await page.locator('.stories').count(), 0);
  }));
