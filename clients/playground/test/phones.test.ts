import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, textOf } from './page.js';

test('every button of a phone works', () =>
  withPage(async (page) => {
    assert.equal(await page.status('phone-1'), 'not opened yet: nothing sent from this phone so far');
    assert.deepEqual(await page.availableActions('phone-1'), [
      'open',
      'login',
      'register',
      'phone',
      'steps',
      'pay',
    ]);
    await page.screenshot('new');
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    assert.equal(await page.status('phone-1'), 'logged in: from Yaoshi’s response to POST /v1/login');
    assert.deepEqual(await page.availableActions('phone-1'), [
      'open',
      'register',
      'phone',
      'steps',
      'pay',
      'check',
      'logout',
    ]);
    await page.screenshot('logged-in');
    assert.equal(await page.tap('phone-1', 'register'), 'Registered as 小钥匙.');
    assert.equal(await page.status('phone-1'), 'registered: from Yaoshi’s response to POST /v1/register');
    assert.deepEqual(await page.availableActions('phone-1'), [
      'open',
      'phone',
      'refresh',
      'steps',
      'pay',
      'check',
      'logout',
    ]);
    await page.clear();
    assert.equal(await page.tap('phone-1', 'refresh'), 'Profile refreshed.');
    assertInOrder(await page.messages(), [
      'phone-1>wechat wx.getUserInfo',
      'wechat>phone-1 getUserInfo:ok',
      'phone-1>yaoshi POST /v1/me/profile',
    ]);
    assert.match(await page.tap('phone-1', 'steps'), /^\d+ days of steps, decrypted\.$/);
    const days = await page.phone('phone-1').locator('.steps li').allTextContents();
    assert.equal(days.length, 7);
    for (const day of days) {
      assert.match(day, /^\d\d-\d\d[\d,]+$/);
    }
    assert.equal(
      await textOf(page.phone('phone-1').locator('.steps figcaption')),
      'Steps of the last days, in Beijing’s time',
    );
    await page.screenshot('steps');
    assert.equal(await page.tap('phone-1', 'check'), 'The session is valid at WeChat and at Yaoshi.');
    assert.equal(await page.tap('phone-1', 'logout'), 'Logged out.');
    assert.equal(await page.status('phone-1'), 'logged out: the client has deleted its token');
    assert.equal(await textOf(page.phone('phone-1').locator('.person')), 'Nobody logged in');
    assert.deepEqual(await page.availableActions('phone-1'), ['open', 'login', 'register', 'phone']);
    await page.screenshot('logged-out');
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    assert.equal(await page.state('phone-1'), 'registered');
  }));

test('a reopened app keeps its session', () =>
  withPage(async (page) => {
    await page.tap('phone-1', 'register');
    await page.clear();
    assert.equal(await page.tap('phone-1', 'open'), 'App opened.');
    assert.equal(await page.status('phone-1'), 'registered: from Yaoshi’s response to GET /v1/me');
    const messages = await page.messages();
    assertInOrder(messages, ['phone-1>yaoshi GET /v1/me', 'yaoshi>phone-1 200']);
    assert.ok(!messages.includes('phone-1>wechat wx.login'), messages.join('\n'));
  }));

test('two phones of one user have separate sessions', () =>
  withPage(async (page) => {
    await page.tap('phone-1', 'register');
    assert.equal(await page.state('phone-2'), 'new');
    assert.equal(await page.tap('phone-2', 'login'), 'Logged in.');
    assert.equal(await page.state('phone-2'), 'registered');
    const session = (name: 'phone-1' | 'phone-2') => textOf(page.phone(name).locator('.session'));
    assert.notEqual(await session('phone-1'), await session('phone-2'));
    await page.screenshot('two-phones');
    await page.tap('phone-2', 'logout');
    assert.equal(await page.state('phone-2'), 'signed_out');
    assert.equal(await page.tap('phone-1', 'check'), 'The session is valid at WeChat and at Yaoshi.');
    assert.equal(await page.state('phone-1'), 'registered');
  }));

test('concurrent actions share one login', () =>
  withPage(async (page) => {
    await page.browserPage.evaluate(() => {
      for (const action of ['login', 'register', 'steps']) {
        document.querySelector<HTMLElement>(`#phone-1 [data-action="${action}"]`)?.click();
      }
    });
    await page.whenIdle('phone-1');
    const messages = await page.messages();
    assert.equal(messages.filter((line) => line === 'yaoshi>wechat code2Session').length, 1);
    assert.equal(await page.state('phone-1'), 'registered');
  }));

test('starting over creates a new user with new phones', () =>
  withPage(async (page) => {
    await page.tap('phone-1', 'register');
    await page.triggerFault('busy_once');
    await page.browserPage.locator('#over').click();
    await page.browserPage.locator('#messages', { hasText: 'New user, two new phones' }).waitFor();
    await page.browserPage.locator('#phone-1 [data-state="new"]').waitFor();
    assert.deepEqual(await page.armed(), []);
    assert.deepEqual(await page.messages(), []);
    await page.tap('phone-1', 'login');
    assert.equal(await page.state('phone-1'), 'unregistered');
  }));

test('an unavailable button says why, on hover and to screen readers, and does nothing', () =>
  withPage(async (page) => {
    const logOut = page.phone('phone-1').locator('[data-action="logout"]');
    const reason = page.phone('phone-1').getByRole('tooltip', { name: 'This phone has no session.' });
    assert.ok(await reason.isHidden());
    await logOut.hover();
    await reason.waitFor();
    await page.screenshot('reason');
    await page.browserPage.mouse.move(0, 0);
    await reason.waitFor({ state: 'hidden' });
    assert.equal(await page.reasonAgainst('#phone-1 [data-action="logout"]'), 'This phone has no session.');
    await logOut.press('Enter');
    await reason.waitFor();
    assert.equal(await page.outcome('phone-1'), '');
    assert.deepEqual(await page.messages(), []);
  }));

test('a first visit begins with a hint, which the first message replaces', () =>
  withPage(async (page) => {
    const hint = page.browserPage.getByText('No messages yet. Log in on a phone, or play the order trap.');
    assert.ok(await hint.isVisible());
    assert.equal(await page.reasonAgainst('#clear'), undefined);
    await page.tap('phone-1', 'login');
    assert.ok(await hint.isHidden());
    await page.clear();
    assert.ok(await hint.isVisible());
    assert.equal(await page.reasonAgainst('#clear'), 'There are no messages.');
  }));

test('a reopened app sends nothing for the one that was closed', () =>
  withPage(async (page) => {
    await page.triggerFault('slow');
    await page.click('phone-1', 'login');
    await page.message('code2Session').waitFor();
    assert.equal(await page.tap('phone-1', 'open'), 'App opened.');
    assert.equal(await page.state('phone-1'), 'unregistered');
    const messages = await page.messages();
    assert.equal(messages.filter((line) => line === 'phone-1>wechat wx.login').length, 2);
    assert.equal(messages.filter((line) => line === 'yaoshi>phone-1 200 unregistered').length, 1);
  }));
