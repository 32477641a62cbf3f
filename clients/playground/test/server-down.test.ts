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
  assert.match(await page.tap('phone-1', 'login'), /^Failed: wx_login_failed\. /);
  assert.equal(await page.state('phone-1'), 'failed');
  await page.triggerFault('rotate');
  assert.match(String((await page.diagram()).at(-1)), /^· Failed: /);
  const [verdict, why] = await page.play('tutorial');
  assert.equal(verdict, 'Login failed');
  assert.match(String(why), /^The scenario did not finish: /);
  await page.screenshot('server-down');
  const notes = page.browserPage.locator('.note');
  const before = await notes.count();
  await page.browserPage.locator('#over').click();
  await notes.nth(before).waitFor();
  assert.deepEqual(page.uncaughtErrors, []);
});

test('the page reports why it cannot start without settings', async (context) => {
  const [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
  context.after(async () => {
    await Promise.all([browser.close(), server.stop()]);
  });
  const page = new PlaygroundPage(await browser.newPage({ locale: 'en-GB' }), server.baseUrl);
  await page.browserPage.route('**/settings.json', (route) => route.abort());
  await page.load();
  const message = page.browserPage.locator('#diagram-empty[data-text="page.broken"]');
  await message.waitFor();
  assert.match(await textOf(message), /^The page cannot start: /);
  assert.deepEqual(page.uncaughtErrors, []);
});
