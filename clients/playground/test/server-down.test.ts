import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startYaoshi } from 'yaoshi-testing';
import { startChromium } from './chromium.js';
import { PlaygroundPage, textOf } from './page.js';

test('the page reports a server that is down', async (context) => {
  const [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
  context.after(() => browser.close());
  const page = new PlaygroundPage(await browser.newPage({ locale: 'en-GB' }), server.baseUrl);
  await page.open();
  await server.stop();
  assert.equal(await page.tap('phone-1', 'login'), 'Failed: wx.login returned no code (wx_login_failed).');
  assert.equal(await page.status('phone-1'), 'login failed: reported by the client: wx_login_failed');
  assert.deepEqual(await page.availableActions('phone-1'), [
    'open',
    'login',
    'register',
    'phone',
    'steps',
    'pay',
  ]);
  await page.triggerFault('minutes');
  assert.equal((await page.diagram()).at(-1), '· Failed: the server cannot be reached');
  const [verdict, why] = await page.play('tutorial');
  assert.equal(verdict, 'Login failed');
  assert.equal(why, 'The scenario did not finish: the server cannot be reached.');
  await page.screenshot('server-down');
  const notes = page.browserPage.locator('.note');
  const before = await notes.count();
  await page.browserPage.locator('#over').click();
  await notes.nth(before).waitFor();
  assert.deepEqual(page.uncaughtErrors, []);
});

test('the Chinese page reports errors in Chinese', async (context) => {
  const [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
  context.after(() => browser.close());
  const page = new PlaygroundPage(await browser.newPage({ locale: 'zh-CN' }), server.baseUrl);
  await page.open();
  await server.stop();
  assert.equal(await page.tap('phone-1', 'login'), '操作失败：wx.login 没有返回 code（wx_login_failed）。');
  await page.triggerFault('minutes');
  assert.equal((await page.diagram()).at(-1), '· 操作失败：无法连接服务器');
  assert.deepEqual(await page.play('tutorial'), ['登录失败', '演示中断：无法连接服务器。']);
  await page.screenshot('server-down-zh');
});

test('the page reports why it cannot start without settings', async (context) => {
  const [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
  context.after(async () => {
    await Promise.all([browser.close(), server.stop()]);
  });
  const page = new PlaygroundPage(await browser.newPage({ locale: 'en-GB' }), server.baseUrl);
  await page.browserPage.route('**/settings.json', (route) => route.abort());
  await page.load();
  const message = page.browserPage.locator('#diagram-hint[data-text="page.broken"]');
  await message.waitFor();
  assert.equal(await textOf(message), 'The page cannot start: the server cannot be reached.');
  assert.deepEqual(page.uncaughtErrors, []);
});
