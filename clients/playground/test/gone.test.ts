import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startYaoshi } from 'yaoshi-testing';
import { startChromium } from './chromium.js';
import { textOf, Visit } from './visit.js';

test('a server that is gone is told of, wherever one taps', async (context) => {
  const [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
  context.after(() => browser.close());
  const visit = new Visit(await browser.newPage({ locale: 'en-GB' }), server.baseUrl);
  await visit.open();
  await server.stop();
  assert.match(await visit.tap('phone-1', 'login'), /^It did not work: wx_login_failed\. /);
  assert.equal(await visit.state('phone-1'), 'failed');
  await visit.mischief('rotate');
  assert.match(String((await visit.drawn()).at(-1)), /^· It could not be done: /);
  const [verdict, why] = await visit.play('old');
  assert.equal(verdict, 'It fails');
  assert.match(String(why), /^It could not be played to its end: /);
  await visit.picture('server-gone');
  const notes = visit.page.locator('.note');
  const before = await notes.count();
  await visit.page.locator('#over').click();
  await notes.nth(before).waitFor();
  assert.deepEqual(visit.thrown, []);
});

test('a page without its settings says why it cannot start', async (context) => {
  const [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
  context.after(async () => {
    await Promise.all([browser.close(), server.stop()]);
  });
  const visit = new Visit(await browser.newPage({ locale: 'en-GB' }), server.baseUrl);
  await visit.page.route('**/settings.json', (route) => route.abort());
  await visit.page.goto(`${server.baseUrl}/playground`);
  const told = visit.page.locator('#diagram-empty[data-text="page.broken"]');
  await told.waitFor();
  assert.match(await textOf(told), /^The page cannot start: /);
  assert.deepEqual(visit.thrown, []);
});
