import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConsolePage, withConsole } from './fixture.js';

const focused = ({ page }: ConsolePage) => page.evaluate(() => document.activeElement?.id);

/** The cells of the row of a master key. */
function cells(page: ConsolePage, id: string): Promise<string[]> {
  return page
    .locator('#keys section:first-of-type tbody tr')
    .filter({ has: page.page.locator(`th:has-text("${id}")`) })
    .locator('td')
    .allTextContents();
}

test('re-sealing is asked for, and shows its progress until every row is done', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('keys');
    assert.deepEqual(await cells(page, 'k1'), [
      'older: only opens',
      '41,210',
      '18,402',
      '1',
      '0',
      '0',
      '59,613',
    ]);
    await page.locator('#do-reseal').click();
    assert.match(await page.text('dialog'), /Re-seal 59,613 rows with key k2\?.*in the background/);
    await page.locator('dialog .button', { hasText: 'Cancel' }).click();
    assert.equal(page.state.keys.work, undefined);
    await page.locator('#do-reseal').click();
    await page.locator('#confirm').click();
    await page.locator('#progress').waitFor();
    await page.locator('#announcer', { hasText: 'Re-sealing has begun.' }).waitFor();
    assert.match(await page.text('.running'), /Re-sealing ….* of 59,613 rows · started by dev/);
    await page.settled();
    assert.equal(await focused(page), 'work');
    await page.locator('#reseal-nothing').waitFor();
    await page.locator('#announcer', { hasText: 'Re-sealing is done.' }).waitFor();
    await page.settled();
    assert.equal(await focused(page), 'work');
    assert.match(await page.text('#work'), /Last re-sealed: 59,613 rows, started by dev/);
    assert.deepEqual(await cells(page, 'k1'), ['older: only opens', '0', '0', '0', '0', '0', '0']);
    assert.deepEqual(await cells(page, 'k2'), [
      'newest: seals',
      '137,928',
      '40,433',
      '3',
      '3',
      '40',
      '178,407',
    ]);
  }));

test('a re-sealing that stopped can be started again', () =>
  withConsole(async (page) => {
    page.state.keys.stop(200);
    await page.signIn();
    await page.follow('keys');
    assert.match(await page.text('#work'), /stopped at 200 of 59,613 rows/);
    await page.locator('#do-reseal').click();
    await page.locator('#confirm').click();
    await page.locator('#reseal-nothing').waitFor();
  }));

test('a re-sealing that stops while one looks is told', () =>
  withConsole(async (page) => {
    page.state.keys.stand('reseal', 100);
    await page.signIn();
    await page.follow('keys');
    await page.locator('#progress').waitFor();
    Object.assign(page.state.keys.work ?? {}, { state: 'stopped' });
    await page.locator('#announcer', { hasText: 'Re-sealing has stopped.' }).waitFor();
    await page.locator('#do-reseal').waitFor();
  }));

test('rows are counted first, and then shown', () =>
  withConsole(async (page) => {
    page.state.keys.countedAt = undefined;
    await page.signIn();
    await page.follow('keys');
    assert.match(await page.text('#keys .summary'), /Not counted yet/);
    assert.match(await page.text('#work'), /Counting rows/);
    assert.deepEqual(await cells(page, 'k2'), ['newest: seals', '', '', '', '', '', '']);
    page.state.keys.start('count');
    await page.locator('#do-reseal').waitFor();
    assert.match(await page.text('#keys .summary'), /^Counted /);
    assert.deepEqual(await cells(page, 'k2'), [
      'newest: seals',
      '96,718',
      '22,031',
      '2',
      '3',
      '40',
      '118,794',
    ]);
  }));

test('a master key that is missing is warned of', () =>
  withConsole(async (page) => {
    page.state.keys.missing = { session_keys: 1, phones: 0, signing_keys: 0, operators: 0, pushes: 0 };
    Object.assign(page.state.keys.older, { session_keys: 0, phones: 0, signing_keys: 0 });
    await page.signIn();
    await page.follow('keys');
    assert.match(
      await page.text('[data-missing="k0"]'),
      /Key k0 seals 1 row and is not in the configuration/,
    );
    assert.match(await page.text('#work'), /nothing to re-seal/);
    assert.equal(await page.locator('#do-reseal').count(), 0);
  }));

test('a count that another re-sealing follows is no end of it', () =>
  withConsole(async (page) => {
    page.state.keys.stand('count', 10);
    await page.signIn();
    await page.follow('keys');
    page.state.keys.work = undefined;
    page.state.keys.stand('reseal', 20);
    page.state.keys.countedAt = new Date().toISOString();
    await page.locator('.running', { hasText: 'Re-sealing …' }).waitFor();
    assert.match(await page.text('.running'), /20 of 59,613 rows · started by alice/);
  }));
