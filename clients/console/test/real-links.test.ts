import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRealConsole } from './fixture.js';
import { NO_REAL_SERVER } from './real-server.js';

test(
  'the two links that yaoshi dev prints lead to a console with people, events and failures',
  { skip: NO_REAL_SERVER },
  () =>
    withRealConsole(async (page, { playgroundLink, consoleLink }) => {
      const playground = await page.page.context().newPage();
      const errors: string[] = [];
      playground.on('pageerror', ({ message }) => errors.push(message));
      await playground.clock.install();
      await playground.goto(playgroundLink);
      for (const next of ['Yaoshi client', 'Second phone']) {
        await playground.locator('#tour-text', { hasText: `is about to begin: ${next}` }).waitFor();
        await playground.clock.fastForward('00:05');
      }
      await playground.locator('#tour-text', { hasText: 'are over' }).waitFor();
      await playground.close();
      assert.deepEqual(errors, []);

      await page.page.goto(consoleLink);
      await page.locator('#pages a[aria-current="page"]').waitFor();
      await page.settled();
      await page.screenshot('links-first-page');

      await page.follow('people');
      await page.search('小钥匙');
      assert.deepEqual(await page.results(), ['小钥匙']);
      await page.locator('#results tbody a').click();
      await page.locator('#do-block').waitFor();
      assert.match(await page.text('#phone'), /^\+86 \d{3}\*{6}\d{2}$/);
      assert.ok((await page.locator('.badge.good', { hasText: 'registered' }).count()) >= 2);
      await page.screenshot('links-person');
      await page.locator('.links a').first().click();
      await page.heading('why');
      assert.match(await page.text('.stories'), /undecryptable.*What to do/s);

      await page.follow('why');
      const codes = await page.locator('.story-title .badge').allTextContents();
      assert.deepEqual([...new Set(codes)], ['undecryptable', 'code_used', 'signature_mismatch']);
      await page.screenshot('links-why');
      await page.follow('events');
      const kinds = await page
        .locator('#results [data-kind]')
        .evaluateAll((all) => all.map((kind) => kind.getAttribute('data-kind')));
      for (const kind of ['logged_in', 'registered', 'phone_bound']) {
        assert.ok(kinds.includes(kind), kind);
      }
      await page.screenshot('links-events');
    }),
);
