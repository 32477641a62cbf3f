import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withRealConsole } from './fixture.js';
import { NO_REAL_SERVER } from './real-server.js';

test(
  'an operator of the real server finds a user, sees openids whole and logs the user out',
  { skip: NO_REAL_SERVER },
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
      await page.locator('#do-log-out').click();
      await page.locator('dialog #confirm').click();
      await page.locator('#notice .notice', { hasText: 'Every session has ended.' }).waitFor();
      await page.settled();
      assert.equal(await page.locator('.badge.good', { hasText: 'registered' }).count(), 0);
      await page.go(`#/events?user=${id}`);
      for (const kind of ['person_shown', 'all_sessions_revoked']) {
        assert.match(await page.text(`#results tr:has([data-kind="${kind}"])`), /operator dev/, kind);
      }
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

test(
  'a message that WeChat pushes to the real server is listed, and read on record',
  { skip: NO_REAL_SERVER },
  () =>
    withRealConsole(async (page, server) => {
      const user_id = await server.wechat.createUser();
      await server.push({ event: 'user_info_modified', user_id, fields: { OpenID: null } });
      await server.push({ event: 'debug_demo' });
      await page.signInAs('dev', server.password);
      await page.follow('pushes');
      assert.deepEqual(await page.results(), ['debug_demo', 'user_info_modified']);
      await page.locator('#state').selectOption('kept');
      await page.settled();
      assert.deepEqual(await page.results(), ['user_info_modified']);
      await page.locator('[id^="show-"]').click();
      await page.locator('#confirm').click();
      await page.locator('#push-message').waitFor();
      assert.match(await page.text('#push-message'), /"Event": "user_info_modified"/);
      await page.locator('#close').click();
      // No back end is configured.
      await page.go('#/pushes?state=waiting');
      assert.match(await page.text('#results tbody tr'), /^debug_demo.*waiting/);
      await page.locator('[id^="redeliver-"]').click();
      await page.locator('#confirm').click();
      await page.locator('dialog .problem').waitFor();
      assert.match(await page.text('dialog .problem'), /push_not_for_back_end/);
      await page.go('#/events?kind=push_shown');
      assert.match(await page.text('#results tbody tr'), /Read a message from WeChat.*operator dev/);
    }),
);

test(
  'the real server without webhooks says how to configure one, and has nothing left to send',
  { skip: NO_REAL_SERVER },
  () =>
    withRealConsole(async (page, server) => {
      await server.register('李明远');
      await page.signInAs('dev', server.password);
      await page.follow('webhooks');
      assert.match(await page.text('#webhooks .empty'), /No webhooks.*\[\[webhooks\]\]/);
      assert.match(await page.text('#results .empty'), /Nothing is left to send/);
      for (const [state, words] of [
        ['waiting', /Nothing waits/],
        ['undelivered', /Nothing was given up/],
      ] as const) {
        await page.go(`#/webhooks?state=${state}`);
        assert.match(await page.text('#results .empty'), words);
      }
      await page.go('#/events?kind=webhook_redelivered');
      assert.match(await page.text('#results .empty'), /No events/);
    }),
);
