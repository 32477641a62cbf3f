import assert from 'node:assert/strict';
import { test } from 'node:test';
import { uuid } from './fake-api/people.js';
import { OPERATORS } from './fake-api/state.js';
import { type ConsolePage, withConsole } from './fixture.js';

async function fill(
  page: ConsolePage,
  name: string,
  password = OPERATORS[name]?.password ?? '',
): Promise<void> {
  await page.locator('#name').fill(name);
  await page.locator('#password').fill(password);
  await page.locator('button[type="submit"]').click();
}

test('the link of yaoshi dev signs in, and its password leaves the address', () =>
  withConsole(async (page) => {
    await page.open('#operator=dev&password=correct+horse+battery');
    await page.heading('overview');
    assert.doesNotMatch(page.page.url() + (await page.page.content()), /correct/);
    await page.locator('#sign-out').click();
    await page.heading('sign-in');
    assert.equal(await page.locator('#password').inputValue(), '');
  }));

test('the link works in a window where the console is open', () =>
  withConsole(async (page) => {
    await page.signIn('guest');
    await page.go('#operator=dev&password=correct+horse+battery');
    await page.heading('overview');
    assert.match(await page.text('#who'), /dev/);
  }));

test('a link with a wrong password is tried once, and fills the form', () =>
  withConsole(async (page) => {
    await page.open('#operator=dev&password=wrong+horse');
    await page.locator('.problem', { hasText: 'Name, password or code is wrong' }).waitFor();
    assert.equal(new URL(page.page.url()).hash, '#/sign-in');
    assert.equal(await page.locator('#name').inputValue(), 'dev');
    assert.doesNotMatch(await page.page.content(), /wrong horse/);
    // Switching the language keeps what the form holds, and tries nothing.
    await page.locator('#language').click();
    assert.equal(await page.locator('#password').inputValue(), 'wrong horse');
    assert.equal(await page.locator('.problem').count(), 0);
    await page.locator('#password').fill('correct horse battery');
    await page.locator('button[type="submit"]').click();
    await page.heading('overview');
    await page.locator('#sign-out').click();
    await page.heading('sign-in');
    assert.equal(await page.locator('#password').inputValue(), '');
  }));

test('the code is asked for where the account has one', () =>
  withConsole(async (page) => {
    await page.open();
    assert.ok(await page.locator('#totp').isHidden());
    await fill(page, 'li');
    await page.locator('#totp').waitFor();
    assert.equal(await page.page.evaluate(() => document.activeElement?.id), 'totp');
    await page.screenshot('totp');
    await page.locator('#totp').fill('000000');
    await page.locator('#totp').press('Enter');
    assert.match(await page.text('.problem'), /Name, password or code is wrong/);
    await page.locator('#totp').fill('246810');
    await page.locator('#totp').press('Enter');
    await page.heading('overview');
    assert.match(await page.text('#who'), /li/);
  }));

test('a wrong password and too many tries are told', () =>
  withConsole(async (page) => {
    await page.open();
    await fill(page, 'dev', 'wrong');
    await page.locator('.problem').waitFor();
    assert.match(await page.text('.problem'), /Name, password or code is wrong.*Request id/);
    page.state.failures.push({ path: '/sign-in', status: 429, code: 'rate_limited', retryAfter: 900 });
    await fill(page, 'dev', 'wrong');
    await page.locator('.problem', { hasText: 'Too many requests' }).waitFor();
    assert.match(await page.text('.problem'), /Wait 15 min first\./);
  }));

test('an ended session leads to sign in and back, from wherever it is noticed', () =>
  withConsole(async (page) => {
    await page.signIn();
    const places = [
      '#/overview?hours=6',
      '#/people?q=Tom',
      `#/people/${uuid(1)}`,
      '#/why',
      '#/events',
      '#/keys',
    ];
    for (const place of places) {
      page.state.signedIn.clear();
      await page.go(place);
      await page.heading('sign-in');
      await fill(page, 'dev');
      await page.locator('#pages').waitFor();
      await page.page.waitForURL(`**/${place}`);
      await page.settled();
      assert.equal(await page.locator('.problem').count(), 0, place);
    }
    // Also where something is changed.
    await page.go(`#/people/${uuid(1)}`);
    page.state.signedIn.clear();
    await page.locator('#do-block').click();
    await page.locator('#confirm').click();
    await page.heading('sign-in');
    assert.equal(page.state.person(uuid(1))?.status, 'active');
    // And where progress is watched.
    await fill(page, 'dev');
    await page.locator('#do-block').waitFor();
    page.state.keys.stand('reseal', 100);
    await page.follow('keys');
    page.state.signedIn.clear();
    await page.heading('sign-in');
    await fill(page, 'dev');
    await page.locator('#progress').waitFor();
  }));

test('a deep link of a stranger leads to sign in, and then there', () =>
  withConsole(async (page) => {
    await page.open('#/people?q=Tom');
    await page.heading('sign-in');
    assert.match(await page.text('.notice'), /go on to the page you asked for/);
    await fill(page, 'dev');
    await page.heading('people');
    assert.deepEqual(await page.results(), ['Tom']);
  }));

test('sign in leads nowhere else', () =>
  withConsole(async (page) => {
    for (const next of ['https://example.com/', '//example.com', 'javascript:alert(1)']) {
      await page.open(`?${Math.random()}#/sign-in?next=${encodeURIComponent(next)}`);
      await fill(page, 'dev');
      await page.heading('overview');
      assert.equal(new URL(page.page.url()).origin, page.origin);
    }
  }));

test('signing out ends the session on the server', () =>
  withConsole(async (page) => {
    await page.signIn();
    assert.equal(page.state.signedIn.size, 1);
    await page.locator('#sign-out').click();
    await page.heading('sign-in');
    assert.equal(page.state.signedIn.size, 0);
    assert.ok(await page.locator('#pages').isHidden());
    await page.page.goBack();
    await page.heading('sign-in');
  }));

test('only language and theme are stored', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.locator('#language').click();
    await page.locator('#theme').selectOption('dark');
    for (const place of ['people?q=13800138000', 'why', 'events', 'keys']) {
      await page.go(`#/${place}`);
    }
    const stored = await page.page.evaluate(async () => ({
      local: { ...localStorage },
      session: { ...sessionStorage },
      databases: await indexedDB.databases(),
      caches: await caches.keys(),
      cookie: document.cookie,
    }));
    assert.deepEqual(stored, {
      local: { 'yaoshi-console-language': 'zh', 'yaoshi-console-theme': 'dark' },
      session: {},
      databases: [],
      caches: [],
      cookie: '',
    });
  }));
