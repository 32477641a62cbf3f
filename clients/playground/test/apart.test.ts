import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Apart, startApart } from './apart.js';
import { startChromium } from './chromium.js';
import { Visit } from './visit.js';

let servers: Apart;
let browser: Browser;

before(async () => {
  [servers, browser] = await Promise.all([startApart(), startChromium()]);
});

after(async () => {
  await Promise.all([browser?.close(), servers?.stop()]);
});

test('the simulator by itself has the phones of a server elsewhere', async () => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 980 }, locale: 'en-GB' });
  const visit = new Visit(page, servers.wechat, [servers.yaoshi]);
  await visit.open();
  assert.equal((await visit.play('yaoshi'))[0], 'It succeeds');
  assert.match(await visit.tap('phone-1', 'steps'), /decrypted/);
  await visit.mischief('revoke');
  await visit.tap('phone-1', 'check');
  assert.equal(await visit.state('phone-1'), 'registered');
  await visit.mischief('busy_longer');
  assert.equal(await visit.tap('phone-2', 'login'), 'Logged in.');
  await visit.picture('apart');
  visit.assertQuiet();
});

test('sessions of a server with a clock of its own cannot be made to expire', async () => {
  const page = await browser.newPage({ locale: 'en-GB' });
  const visit = new Visit(page, servers.wechat, [servers.yaoshi]);
  await visit.open();
  const expire = page.locator('[data-deed="mischief.expire"]');
  assert.ok(await expire.isDisabled());
  assert.equal(await expire.getAttribute('aria-describedby'), 'why-no-expiry');
  assert.match(String(await page.locator('#why-no-expiry').textContent()), /one clock/);
  visit.assertQuiet();
});
