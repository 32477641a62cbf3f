import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, textOf } from './page.js';

test('every button of a phone works', () =>
  withPage(async (page) => {
    assert.equal(await page.state('phone-1'), 'starting');
    await page.screenshot('new');
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    assert.equal(await page.state('phone-1'), 'unregistered');
    await page.screenshot('logged-in');
    assert.equal(await page.tap('phone-1', 'register'), 'Registered as 小钥匙.');
    assert.equal(await page.state('phone-1'), 'registered');
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
    assert.equal(await page.state('phone-1'), 'signed_out');
    await page.screenshot('logged-out');
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    assert.equal(await page.state('phone-1'), 'registered');
  }));

test('a reopened app keeps its session', () =>
  withPage(async (page) => {
    await page.tap('phone-1', 'register');
    await page.clear();
    assert.equal(await page.tap('phone-1', 'open'), 'App reopened.');
    assert.equal(await page.state('phone-1'), 'registered');
    const messages = await page.messages();
    assertInOrder(messages, ['phone-1>yaoshi GET /v1/me', 'yaoshi>phone-1 200']);
    assert.ok(!messages.includes('phone-1>wechat wx.login'), messages.join('\n'));
  }));

test('two phones of one user have separate sessions', () =>
  withPage(async (page) => {
    await page.tap('phone-1', 'register');
    assert.equal(await page.state('phone-2'), 'starting');
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
    await page.browserPage.locator('#phone-1 [data-state="starting"]').waitFor();
    assert.deepEqual(await page.armed(), []);
    assert.deepEqual(await page.messages(), []);
    await page.tap('phone-1', 'login');
    assert.equal(await page.state('phone-1'), 'unregistered');
  }));

test('a first visit begins with a hint, which the first message replaces', () =>
  withPage(async (page) => {
    const hint = page.browserPage.getByText('No messages yet. Log in on a phone, or play the order trap.');
    assert.ok(await hint.isVisible());
    await page.tap('phone-1', 'login');
    assert.ok(await hint.isHidden());
    await page.clear();
    assert.ok(await hint.isVisible());
  }));
