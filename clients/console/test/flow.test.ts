import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { uuid } from './fake-api/people.js';
import { type ConsolePage, withConsole } from './fixture.js';

const FIRST = uuid(1);

/** Does an action that asks first. */
async function confirm(page: ConsolePage, action: string): Promise<void> {
  await page.locator(`#do-${action}`).click();
  await page.locator('dialog #confirm').click();
  await page.locator('#notice .notice').waitFor();
  await page.settled();
}

test('an operator finds a user by phone, sees why, blocks, unblocks, exports and erases', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('people');
    await page.search('+86 138 0013 8000');
    assert.match(await page.text('#results .summary'), /^1 person on this page$/);
    assert.deepEqual(await page.results(), ['李明远']);
    await page.screenshot('flow-1-found');
    await page.locator('#results tbody a').click();
    await page.heading('people');
    assert.equal(await page.text('h1'), '李明远');
    assert.equal(await page.text('#phone'), '+86138****8000');

    await page.locator('.links a').first().click();
    await page.heading('why');
    assert.match(await page.text('.stories li:first-child'), /A registration failed.*signature_mismatch/);
    assert.match(await page.text('.stories li:first-child .story'), /Key 3: 26 sec old current/);
    assert.match(await page.text('.story-advice'), /Log in first, then collect/);
    await page.screenshot('flow-2-why');
    await page.page.goBack();
    await page.locator('#do-block').waitFor();

    await confirm(page, 'block');
    assert.match(await page.text('#notice'), /Blocked\. Their next request is refused\./);
    assert.equal(page.state.person(FIRST)?.status, 'blocked');
    assert.equal(await page.text('.person-title .badge'), 'blocked');
    assert.match(await page.text('[data-kind]'), /Blocked/);
    await page.screenshot('flow-3-blocked');

    await page.locator('#do-unblock').click();
    await page.locator('#do-block').waitFor();
    assert.equal(page.state.person(FIRST)?.status, 'active');

    const [download] = await Promise.all([
      page.page.waitForEvent('download'),
      page.locator('#do-export').click(),
    ]);
    assert.equal(download.suggestedFilename(), `yaoshi-${FIRST}.json`);
    assert.match(await readFile(await download.path(), 'utf8'), /\+8613800138000/);

    await page.locator('#do-erase').click();
    await page.locator('#dialog-field').fill(uuid(2));
    await page.locator('dialog #confirm').click();
    assert.match(await page.text('#dialog-error'), new RegExp(`not the user id ${FIRST}`));
    assert.equal(page.state.person(FIRST)?.status, 'active');
    await page.locator('#dialog-field').fill(FIRST);
    await page.screenshot('flow-4-erase', false);
    await page.locator('dialog #confirm').click();
    await page.locator('.badge', { hasText: 'erased' }).first().waitFor();
    await page.settled();
    assert.match(await page.text('#notice'), /Erased, .* The proof is event 0199c1de-/);
    assert.equal(await page.text('h1'), 'No nickname');
    assert.equal(await page.locator('.actions').count(), 0);
    await page.screenshot('flow-5-erased');
  }));

test('logging a user out ends their sessions', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go(`#/people/${uuid(2)}`);
    assert.equal(await page.locator('.badge.good', { hasText: 'registered' }).count(), 1);
    await confirm(page, 'log-out');
    assert.equal(await page.locator('.badge.good', { hasText: 'registered' }).count(), 0);
  }));

test('numbers and ids are shown in full only when asked for, and that is on record', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go(`#/people/${FIRST}`);
    assert.equal(page.state.events.filter(({ kind }) => kind === 'person_shown').length, 0);
    assert.match(await page.text('.whole'), /recorded as an event with your name/);
    await page.locator('#show-whole').click();
    await page.locator('#whole-note').waitFor();
    assert.equal(await page.text('#phone'), '+8613800138000');
    assert.equal(page.state.events.filter(({ kind }) => kind === 'person_shown').length, 1);
  }));

test('one field finds people by whatever was typed, and keeps it out of requests’ addresses', () =>
  withConsole(async (page) => {
    const addresses: string[] = [];
    page.page.on('request', (request) => addresses.push(request.url()));
    await page.signIn();
    await page.follow('people');
    const identity = page.state.person(uuid(3))?.identities[0];
    for (const query of [uuid(3), identity?.openid ?? '', identity?.unionid ?? '', 'Lily']) {
      await page.search(query);
      assert.deepEqual(await page.results(), ['Lily Chen'], query);
    }
    await page.search('+86 138-0013-8001');
    assert.deepEqual(await page.results(), ['王思琪']);
    await page.search('13900000000');
    assert.match(await page.text('.empty'), /Nobody has this number, id or nickname/);
    assert.deepEqual(
      addresses.filter((address) => /138|139|Lily|o6_/.test(address.slice(new URL(address).origin.length))),
      [],
    );
  }));

test('an erased user cannot be changed, and the console says so', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go(`#/people/${FIRST}`);
    const person = page.state.person(FIRST);
    assert.ok(person);
    page.state.erase(person);
    await page.locator('#do-block').click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem').waitFor();
    assert.match(await page.text('dialog .problem'), /The user was erased.*user_erased/);
    // Nothing is to be gained by trying again.
    assert.equal(await page.locator('dialog .problem button').count(), 0);
  }));

test('lists go on by cursor, and the back button works', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('people');
    await page.search('小程序用户');
    assert.equal((await page.results()).length, 50);
    await page.locator('.pager a').click();
    await page.locator('text=小程序用户060').waitFor();
    assert.equal((await page.results()).length, 10);
    await page.page.goBack();
    await page.locator('text=小程序用户001').waitFor();
    await page.page.reload();
    await page.locator('text=小程序用户001').waitFor();
    await page.page.goBack();
    await page.locator('.empty').waitFor();
    // The server names a next page after fifty entries, even if there are no more.
    page.state.people.length = 60;
    await page.search('小程序用户');
    await page.locator('.pager a').click();
    await page.locator('.empty').waitFor();
    await page.locator('.pager a', { hasText: 'First page' }).click();
    await page.locator('text=小程序用户001').waitFor();
  }));

test('each failure of the overview leads to its reasons', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.locator('[data-why="code_used"]').click();
    await page.heading('why');
    const codes = await page.locator('.story-title .badge').allTextContents();
    assert.ok(codes.length > 5);
    assert.deepEqual([...new Set(codes)], ['code_used']);
    assert.match(await page.text('.notice'), /code_used, among the latest 50/);
    const openid = page.state.people[0]?.identities[0]?.openid ?? '';
    for (const query of ['5f3a9c01-0000002a00', openid, 'ee6b28009c2e41ad', FIRST]) {
      await page.search(query);
      assert.match(await page.text('.stories li'), /signature_mismatch/, query);
    }
    await page.search('ee6b28009c2e41ad');
    assert.match(await page.text('.story-footer'), /In the log ee6b28009c2e41ad/);
    await page.search('rid: ee6b232b-1a2b3c4d-5e6f7081');
    assert.deepEqual(await page.locator('.story-title .badge').allTextContents(), ['wechat_refused_address']);
  }));

test('the chart has the numbers of the table behind it', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.locator('#period').selectOption('6');
    await page.settled();
    await page.locator('.chart g').first().waitFor();
    assert.equal(await page.locator('.chart g').count(), 6);
    await page.locator('.funnel-card summary').click();
    assert.equal(await page.locator('.funnel-card tbody tr').count(), 12);
    await page.locator('#app').selectOption('wx0123456789abcdef');
    await page.settled();
    await page.locator('.funnel-card summary').click();
    assert.equal(await page.locator('.funnel-card tbody tr').count(), 6);
    assert.match(page.page.url(), /#\/overview\?hours=6&app=wx0123456789abcdef$/);
  }));

test('the overview tells how WeChat is doing, for each app', () =>
  withConsole(async (page) => {
    await page.signIn();
    assert.match(await page.text('[data-figure="live"]'), /128,406.*At all apps, counted/);
    assert.match(await page.text('[data-figure="share"]'), /9\d(\.\d)?%/);
    assert.match(await page.text('[data-figure="failed"]'), /350/);
    assert.match(await page.text('[data-endpoint="code2session"]'), /Logins.*closed/);
    assert.match(await page.text('[data-endpoint="stable_token"]'), /Access tokens.*open/);
    const [healthy = '', unwell = ''] = await page.locator('.cards > li').allTextContents();
    assert.match(
      healthy,
      /None\. WeChat’s limits.*40163 41×.*30 min \d+ sec old, good for another 1 hr 29 min/,
    );
    assert.match(unwell, /Logins until .*, after errcode 45011.*Access tokens until .*40164 96×.*None here/);
    await page.locator('#app').selectOption('wxfedcba9876543210');
    await page.settled();
    assert.match(await page.text('.cards > li'), /wxfedcba9876543210/);
    assert.equal(await page.locator('.cards > li').count(), 1);
    assert.equal(await page.text('[data-figure="failed"] .figure'), '118');
  }));

test('an app that is not in the configuration can be looked at, and an overview without logins', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go('#/overview?app=wx00000000000000ff');
    assert.equal(await page.locator('#app').inputValue(), 'wx00000000000000ff');
    const empty = await page.locator('.empty-title').allTextContents();
    assert.deepEqual(empty, [
      'No logins in this period',
      'Nothing failed',
      'No such app in the configuration',
    ]);
    page.state.isEmpty = true;
    await page.locator('#refresh').click();
    await page.settled();
    assert.match(await page.text('[data-figure="live"]'), /–.*Counted within seconds/);
    assert.equal(await page.text('[data-figure="share"] .figure'), '–');
  }));

test('events are filtered by kind or by user', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('events');
    await page.locator('#kind').selectOption('phone_bound');
    await page.settled();
    assert.deepEqual([...new Set(await page.results())], ['Bound a phone number']);
    await page.locator('#kind').selectOption('operator_added');
    await page.settled();
    assert.match(await page.text('#results tbody tr'), /Added an operator.*li.*the shell/);
    await page.locator('#user').fill(uuid(4));
    await page.locator('#user').press('Enter');
    await page.settled();
    assert.equal(await page.locator('#kind').inputValue(), '');
    const links = await page
      .locator('#results td a')
      .evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    assert.deepEqual([...new Set(links)], [`#/people/${uuid(4)}`]);
  }));
