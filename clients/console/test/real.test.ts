import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type ConsolePage, withRealConsole } from './fixture.js';
import { NO_REAL_SERVER } from './real-server.js';

/** Does an action that asks first, and waits until the console says that it is done. */
async function confirm(page: ConsolePage, action: string, done: string): Promise<void> {
  await page.locator(`#do-${action}`).click();
  await page.locator('dialog #confirm').click();
  await page.locator('#notice .notice', { hasText: done }).waitFor();
  await page.settled();
}

test(
  'an operator of the real server finds, sees, blocks, logs out, exports and erases a user',
  {
    skip: NO_REAL_SERVER,
  },
  () =>
    withRealConsole(async (page, server) => {
      const id = await server.register('李明远');
      await page.signInAs('dev', server.password);
      assert.match(await page.text('#who'), /dev/);
      await page.follow('people');
      for (const query of [id, '李明']) {
        await page.search(query);
        assert.deepEqual(await page.results(), ['李明远'], query);
      }
      await page.locator('#results tbody a').click();
      await page.locator('#show-whole').click();
      await page.locator('#whole-note').waitFor();
      await page.settled();
      assert.doesNotMatch(await page.text('section tbody .breakable'), /…/);

      await confirm(page, 'block', 'Blocked.');
      assert.equal(await page.text('.person-title .badge'), 'blocked');
      await page.locator('#do-unblock').click();
      await page.locator('#do-block').waitFor();
      await page.settled();
      await confirm(page, 'log-out', 'Every session has ended.');
      const [download] = await Promise.all([
        page.page.waitForEvent('download'),
        page.locator('#do-export').click(),
      ]);
      const file = JSON.parse(await readFile(await download.path(), 'utf8'));
      assert.equal(file.user.nickname, '李明远');

      await page.locator('#do-erase').click();
      await page.locator('#dialog-field').fill(id);
      await page.locator('dialog #confirm').click();
      await page.locator('#notice .notice', { hasText: 'Erased' }).waitFor();
      await page.settled();
      assert.match(await page.text('#notice'), /Erased, .* The proof is event [0-9a-f-]{36}/);
      assert.equal(await page.locator('.actions').count(), 0);

      await page.follow('events');
      const kinds = await page
        .locator('#results [data-kind]')
        .evaluateAll((all) => all.map((kind) => kind.getAttribute('data-kind')));
      for (const kind of [
        'user_erased',
        'user_exported',
        'user_blocked',
        'person_shown',
        'operator_signed_in',
      ]) {
        assert.ok(kinds.includes(kind), kind);
      }
      await page.go(`#/events?user=${id}`);
      assert.match(await page.text('#results tbody tr'), /Erased.*operator dev/);
      await page.follow('keys');
    }),
);

test(
  'the real server counts a login and what keys seal, and tells how WeChat does',
  { skip: NO_REAL_SERVER },
  () =>
    withRealConsole(async (page, server) => {
      await server.register('李明远');
      await page.signInAs('dev', server.password);
      assert.match(await page.text('[data-endpoint="code2session"]'), /closed/);
      assert.equal(await page.locator('.cards > li').count(), 1);
      // Logins are counted in memory first.
      const registered = page.locator('[data-step="registered"]');
      for (let tries = 0; tries < 90 && (await registered.count()) === 0; tries += 1) {
        await page.page.waitForTimeout(1000);
        await page.locator('#refresh').click();
        await page.settled();
      }
      assert.match((await registered.textContent()) ?? '', /[1-9]/);
      await page.follow('keys');
      await page.locator('#reseal-nothing').waitFor();
      assert.match(await page.text('#keys tbody tr'), /newest: seals/);
    }),
);

test('signing in to the real server and out of it', { skip: NO_REAL_SERVER }, () =>
  withRealConsole(async (page, server) => {
    await page.open('#/events');
    await page.heading('sign-in');
    await page.locator('#name').fill('dev');
    await page.locator('#password').fill('wrong');
    await page.locator('button[type="submit"]').click();
    await page.locator('.problem', { hasText: 'Name, password or code is wrong' }).waitFor();
    await page.locator('#password').fill(server.password);
    await page.locator('button[type="submit"]').click();
    await page.heading('events');
    await page.page.reload();
    await page.heading('events');
    await page.locator('#sign-out').click();
    await page.heading('sign-in');
    await page.page.reload();
    await page.heading('sign-in');
  }),
);

test(
  'a viewer of the real server sees people masked, and has no button that changes something',
  {
    skip: NO_REAL_SERVER,
  },
  () =>
    withRealConsole(async (page, server) => {
      const id = await server.register('王思琪');
      await page.signInAs('guest', await server.addViewer('guest'));
      assert.match(await page.text('#who'), /viewer/);
      await page.follow('people');
      await page.search('王思');
      await page.locator('#results tbody a').click();
      await page.locator('.facts').first().waitFor();
      await page.settled();
      assert.equal(new URL(page.page.url()).hash, `#/people/${id}`);
      assert.match(await page.text('section tbody .breakable'), /…/);
      assert.equal(await page.locator('main button').count(), 0);
    }),
);

test(
  'the real server’s reason of a failure is found by request, and by the name that the log has',
  {
    skip: NO_REAL_SERVER,
  },
  () =>
    withRealConsole(async (page, server) => {
      const request = await server.failRegistration();
      await page.signInAs('dev', server.password);
      await page.follow('why');
      // Reasons are written in the background.
      for (let tries = 0; tries < 50 && (await page.locator('.stories > li').count()) === 0; tries += 1) {
        await page.page.waitForTimeout(200);
        await page.search(request);
      }
      assert.match(await page.text('.stories'), /A registration failed.*What to do/s);
      assert.equal(await page.text('.story-footer code'), request);
      const name = await page.locator('.story-footer code').nth(1).textContent();
      assert.match(name ?? '', /^[0-9a-f]{16}$/);
      await page.search('0123456789abcdef');
      await page.locator('.empty').waitFor();
      await page.search(name ?? '');
      await page.locator('.stories').waitFor();
      assert.equal(await page.text('.story-footer code'), request);
    }),
);
