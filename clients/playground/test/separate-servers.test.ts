import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startChromium } from './chromium.js';
import { PlaygroundPage } from './page.js';
import { type SeparateServers, startSeparateServers } from './separate-servers.js';

let servers: SeparateServers;
let browser: Browser;

before(async () => {
  [servers, browser] = await Promise.all([startSeparateServers(), startChromium()]);
});

after(async () => {
  await Promise.all([browser?.close(), servers?.stop()]);
});

test('a standalone simulator serves the playground for a separate server', async () => {
  const browserPage = await browser.newPage({ viewport: { width: 1440, height: 980 }, locale: 'en-GB' });
  const page = new PlaygroundPage(browserPage, servers.wechat, [servers.yaoshi]);
  await page.open();
  assert.equal((await page.play('yaoshi'))[0], 'Login succeeded');
  assert.match(await page.tap('phone-1', 'steps'), /decrypted/);
  await page.triggerFault('revoke');
  await page.tap('phone-1', 'check');
  assert.equal(await page.state('phone-1'), 'registered');
  await page.triggerFault('busy_longer');
  assert.equal(await page.tap('phone-2', 'login'), 'Logged in.');
  await page.screenshot('separate-servers');
  page.assertNoErrors();
});

test('nothing is pushed if the simulator does not know where the server is', async () => {
  const browserPage = await browser.newPage({ locale: 'en-GB' });
  const page = new PlaygroundPage(browserPage, servers.wechat, [servers.yaoshi]);
  await page.open();
  await page.tap('phone-1', 'login');
  await page.triggerFault('withdraw_phone');
  await page.note('The simulated WeChat has no push address for the app').waitFor();
  page.assertNoErrors();
});

test('sessions cannot be made to expire if the server has its own clock', async () => {
  const browserPage = await browser.newPage({ locale: 'en-GB' });
  const page = new PlaygroundPage(browserPage, servers.wechat, [servers.yaoshi]);
  await page.open();
  await page.tap('phone-1', 'login');
  assert.match(String(await page.reasonAgainst('[data-fault="faults.expire"]')), /one clock/);
  for (const button of ['#phone-1 [data-action="pay"]', '[data-fault="faults.rotate_before_payment"]']) {
    assert.equal(await page.reasonAgainst(button), 'Payments need the back end of yaoshi dev.');
  }
  page.assertNoErrors();
});
