import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeKeys } from './fake-api/keys.js';
import { uuid } from './fake-api/people.js';
import { withConsole } from './fixture.js';
import { PLACES, visit } from './places.js';

test('a viewer sees everything and no button that changes something', () =>
  withConsole(async (page) => {
    const written: string[] = [];
    page.page.on('request', (request) => {
      if (request.method() !== 'GET' && !request.url().endsWith('/users/search')) {
        written.push(request.url());
      }
    });
    await page.signIn('guest');
    written.length = 0;
    for (const { prepare, ...place } of PLACES) {
      await visit(page, place);
      const buttons = await page
        .locator('main button')
        .evaluateAll((all) => all.map(({ id, textContent }) => id || textContent));
      const harmless = ['Search', 'Show', 'refresh', 'Try again'];
      assert.deepEqual(
        buttons.filter((button) => !harmless.includes(button ?? '')),
        [],
        place.name,
      );
    }
    await page.go(`#/people/${uuid(1)}`);
    assert.equal(await page.text('#phone'), '+86138****8000');
    await page.screenshot('viewer-person');
    await page.follow('pushes');
    assert.equal(await page.locator('#results th', { hasText: 'Actions' }).count(), 0);
    await page.screenshot('viewer-pushes');
    await page.follow('webhooks');
    assert.equal(await page.locator('#results th', { hasText: 'Actions' }).count(), 0);
    await page.screenshot('viewer-webhooks');
    page.state.keys = new FakeKeys();
    await page.follow('keys');
    assert.match(await page.text('#work'), /Sealed with older keys: 59,613 rows\. An operator can re-seal\./);
    await page.screenshot('viewer-keys');
    assert.deepEqual(written, []);
  }));

test('an operator has the buttons that a viewer lacks', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go(`#/people/${uuid(1)}`);
    for (const name of ['do-block', 'do-log-out', 'do-export', 'do-erase', 'show-whole']) {
      assert.equal(await page.locator(`#${name}`).count(), 1, name);
    }
    await page.follow('pushes');
    assert.equal(await page.locator('[id^="show-"]').count(), 50);
    await page.follow('webhooks');
    assert.equal(await page.locator('[id^="redeliver-"]').count(), 50);
    await page.follow('keys');
    assert.equal(await page.locator('#do-reseal').count(), 1);
  }));
