import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './axe.js';
import { uuid } from './fake-api/people.js';
import { LATEST } from './fake-api/webhooks.js';
import { type ConsolePage, type FakeConsolePage, withConsole } from './fixture.js';

const UNDELIVERED = LATEST - 2;

/** The cells of the row of a delivery. */
function cells(page: ConsolePage, id: number): Promise<string[]> {
  return page.locator(`#results tr:has(#redeliver-${id}) :is(th, td)`).allTextContents();
}

/** The cells of the row of a webhook. */
function webhook(page: ConsolePage, name: string): Promise<string[]> {
  return page.locator('#webhooks tbody tr', { hasText: name }).locator('th, td').allTextContents();
}

const focused = ({ page }: ConsolePage) =>
  page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);

/** The details of the events about events sent again, the newest first. */
function recorded({ state }: FakeConsolePage): unknown[] {
  return state.events.filter(({ kind }) => kind === 'webhook_redelivered').map(({ detail }) => detail);
}

/** What is different in the column of the list. */
async function distinct(page: ConsolePage, column: number): Promise<string[]> {
  return [...new Set(await page.locator(`#results td:nth-child(${column})`).allTextContents())];
}

test('the webhooks of the configuration are listed, with what each has not taken', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('webhooks');
    assert.deepEqual(await webhook(page, 'shop'), ['shop', 'shop.example.com', 'RegisteredErased', '3', '1']);
    assert.deepEqual((await webhook(page, 'reports')).slice(2), ['Logged in', '0', '0']);
    assert.equal(await page.locator('#webhooks a').count(), 4);
    await page.locator('#webhooks summary').click();
    assert.match((await webhook(page, 'crm'))[2] ?? '', /^6 kinds.*Bound a phone number/);
  }));

test('events that were not taken are listed, the newest first, with how it went', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('webhooks');
    assert.equal(await page.text('.summary'), '50 events on this page');
    const [what, at, whom, name, state, tries, next] = await cells(page, LATEST - 1);
    assert.deepEqual(
      [what, whom, name, state, tries],
      [
        'Registered',
        '0199c1de…0002o6_A…01aY',
        'shop',
        'waiting',
        '3HTTP 503The log of the back end says why.',
      ],
    );
    assert.match(at ?? '', /\d\d:\d\d:\d\d/);
    assert.match(next ?? '', /\d\d:\d\d:\d\d/);
    const [, , , , , none] = await cells(page, LATEST);
    assert.equal(none, '');
    const [, , , , givenUp, timedOut, never] = await cells(page, UNDELIVERED);
    assert.deepEqual([givenUp, never], ['undelivered', '']);
    assert.match(timedOut ?? '', /^15timed out.*answers too late/);
    const times = await page
      .locator('#results td:nth-child(2) time')
      .evaluateAll((all) => all.map((time) => time.getAttribute('datetime') ?? ''));
    assert.deepEqual(times, [...times].sort().reverse());
    await page.locator('.pager a', { hasText: 'Older' }).click();
    await page.locator('.summary', { hasText: '20 events' }).waitFor();
    await page.locator('.pager a', { hasText: 'Newest' }).click();
    await page.locator('.summary', { hasText: '50 events' }).waitFor();
    await page.locator('#results a', { hasText: '0002' }).first().click();
    await page.heading('people');
    assert.match(page.page.url(), new RegExp(`#/people/${uuid(2)}$`));
  }));

test('each way in which a try ends says what to do about it', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('webhooks');
    for (const [index, words] of [
      /^2HTTP 401.*compare the secrets/,
      /^1HTTP 404.*compare its path/,
      /^1HTTP 308.*not followed/,
      /^1not connected.*the port and the certificate/,
      /^1private address.*has to allow/,
      /^1connection lost.*broke off/,
      /^1answer unreadable.*too long/,
      /^1not sent: too many at once.*hangs/,
      /^15HTTP 500.*log/,
    ].entries()) {
      assert.match((await cells(page, LATEST - 3 - index))[5] ?? '', words);
    }
    Object.assign(page.state.deliveries[0] ?? {}, { tries: 1, outcome: 'something_new' });
    await page.locator('#refresh').click();
    await page.locator('#results td', { hasText: 'something_new' }).waitFor();
    assert.equal((await cells(page, LATEST))[5], '1something_new');
  }));

test('events are filtered by webhook and state, and each state says what it means', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('webhooks');
    await page.locator('.meanings summary').click();
    assert.deepEqual(await page.locator('.meanings dt').allTextContents(), ['waiting', 'undelivered']);
    assert.deepEqual(await page.locator('#webhook option').allTextContents(), [
      'Every webhook',
      'shop',
      'crm',
      'reports',
    ]);
    for (const [name, state, count] of [
      ['shop', '', 4],
      ['shop', 'waiting', 3],
      ['', 'undelivered', 3],
      ['crm', 'undelivered', 1],
    ] as const) {
      await page.locator('#webhook').focus();
      await page.locator('#webhook').selectOption(name);
      await page.settled();
      assert.equal(await focused(page), 'webhook');
      await page.locator('#state').focus();
      await page.locator('#state').selectOption(state);
      await page.settled();
      assert.equal(await focused(page), 'state');
      assert.equal((await page.results()).length, count, `${name} ${state}`);
      if (name !== '') {
        assert.deepEqual(await distinct(page, 4), [name]);
      }
      if (state !== '') {
        assert.deepEqual(await distinct(page, 5), [state]);
      }
    }
    assert.match(page.page.url(), /#\/webhooks\?webhook=crm&state=undelivered$/);
    assert.match(await page.text('#state-means'), /tried for a day .* in vain/);
    await page.locator('#state').selectOption('waiting');
    await page.settled();
    assert.match(await page.text('#state-means'), /sent again, for a day/);
    await page.locator('.pager a', { hasText: 'Older' }).click();
    await page.locator('.summary', { hasText: '14 events' }).waitFor();
    assert.deepEqual(await distinct(page, 4), ['crm']);
    // A webhook that has left the configuration can be looked at.
    await page.go('#/webhooks?webhook=old-shop');
    assert.equal(await page.locator('#webhook').inputValue(), 'old-shop');
    assert.equal((await page.results()).length, 1);
  }));

for (const width of [390, 1366]) {
  test(`a count leads to the events that it counts, in ${width} pixels`, () =>
    withConsole(
      async (page) => {
        await page.signIn();
        await page.follow('webhooks');
        await page.page.getByRole('link', { name: '3 waiting events of shop' }).press('Enter');
        await page.locator('.summary', { hasText: '3 events' }).waitFor();
        await page.settled();
        assert.match(page.page.url(), /#\/webhooks\?webhook=shop&state=waiting$/);
        const title = page.locator('h2', { hasText: 'Events not taken yet' });
        await title.and(page.locator(':focus')).waitFor();
        const box = await title.boundingBox();
        assert.ok(box !== null && box.y >= 0 && box.y < 400, `the list begins at ${box?.y}`);
        await page.locator('#announcer', { hasText: '3 events on this page' }).waitFor();
        // The filter stays in sight while it is used.
        await page.locator('#state').focus();
        await page.locator('#state').selectOption('');
        await page.locator('.summary', { hasText: '4 events' }).waitFor();
        await page.settled();
        const select = await page.locator('#state').boundingBox();
        assert.ok(select !== null && select.y >= 0 && select.y < 600, `the filter is at ${select?.y}`);
        assert.equal(await focused(page), 'state');
      },
      { viewport: { width, height: 768 } },
    ));
}

test('an event is sent again when asked for, and its row and the counts show that it waits', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go('#/webhooks?webhook=shop');
    await page.locator(`#redeliver-${UNDELIVERED}`).focus();
    await page.page.keyboard.press('Enter');
    assert.equal(await page.text('#dialog-title'), 'Send “Erased” to shop again?');
    assert.match(await page.text('dialog'), /recorded as an event with your name/);
    await assertAccessible(page, 'the question');
    await page.page.keyboard.press('Escape');
    assert.equal(await focused(page), `redeliver-${UNDELIVERED}`);
    assert.deepEqual(recorded(page), []);
    await page.page.keyboard.press('Enter');
    await page.locator('#confirm').focus();
    await page.page.keyboard.press('Enter');
    await page.locator('#announcer', { hasText: 'It waits now' }).waitFor();
    await page.settled();
    const [, , , , state, tries, next] = await cells(page, UNDELIVERED);
    assert.equal(state, 'waiting');
    assert.match(tries ?? '', /^15timed out/);
    assert.notEqual(next, '');
    assert.deepEqual((await webhook(page, 'shop')).slice(3), ['4', '0']);
    assert.equal(await focused(page), `redeliver-${UNDELIVERED}`);
    assert.deepEqual(recorded(page), [String(UNDELIVERED)]);
    // The webhook takes it.
    page.state.deliveries.splice(2, 1);
    await page.locator('#refresh').click();
    await page.locator('.summary', { hasText: '3 events' }).waitFor();
    await page.settled();
    assert.equal(await page.locator(`#redeliver-${UNDELIVERED}`).count(), 0);
    assert.deepEqual((await webhook(page, 'shop')).slice(3), ['3', '0']);
    assert.equal(await focused(page), 'refresh');
    await page.go('#/events?kind=webhook_redelivered');
    assert.match(
      await page.text('#results tbody tr'),
      new RegExp(`Sent an event to a webhook again${UNDELIVERED}.*operator dev`),
    );
  }));

test('a failure is told where it was asked for, also that a delivery or its webhook is gone', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('webhooks');
    page.state.failures.push({ path: '/redeliver', status: 503, code: 'store_unavailable' });
    await page.locator(`#redeliver-${UNDELIVERED}`).click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem button').click();
    await page.locator('#announcer', { hasText: 'It waits now' }).waitFor();
    for (const [id, words] of [
      [LATEST - 12, /The webhook is not configured.*webhook_not_configured/],
      [LATEST, /No such delivery.*no_such_delivery/],
    ] as const) {
      page.state.deliveries.shift();
      await page.locator(`#redeliver-${id}`).click();
      await page.locator('#confirm').click();
      await page.locator('dialog .problem').waitFor();
      assert.match(await page.text('dialog .problem'), words);
      assert.equal(await page.locator('dialog .problem button').count(), 0);
      await page.page.keyboard.press('Escape');
      assert.equal(await focused(page), `redeliver-${id}`);
    }
    // One of the two lists may fail alone.
    page.state.failures.push({ path: '/webhooks', status: 503, code: 'store_unavailable' });
    await page.go('#/webhooks?state=waiting');
    await page.locator('#webhooks .problem').waitFor();
    assert.equal((await page.results()).length, 50);
    await page.locator('#webhooks .problem button').click();
    await page.locator('#webhooks table').waitFor();
  }));

test('empty lists say what will fill them', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.go('#/webhooks?webhook=reports&state=waiting');
    assert.match(await page.text('#results .empty'), /Nothing waits.*Every event was taken or given up/);
    assert.equal(await page.text('.summary'), '');
    await page.go('#/webhooks?webhook=reports&state=undelivered');
    assert.match(await page.text('#results .empty'), /Nothing was given up.*within a day of tries/);
    await page.go(`#/webhooks?after=${LATEST - 69}`);
    assert.match(await page.text('#results .empty'), /Nothing older/);
    await page.locator('.pager a', { hasText: 'Newest' }).click();
    await page.locator('.summary', { hasText: '50 events' }).waitFor();
    page.state.isEmpty = true;
    await page.locator('#refresh').click();
    await page.locator('#results .empty').waitFor();
    await page.settled();
    assert.match(await page.text('#webhooks .empty'), /\[\[webhooks\]\].*url.*yaoshi keys new --webhook/);
    assert.match(await page.text('#results .empty'), /Nothing is left to send.*Every event was taken/);
    assert.equal(await page.text('.summary'), '');
  }));

test('the page is as complete in Chinese', () =>
  withConsole(
    async (page) => {
      await page.signIn();
      await page.follow('webhooks');
      assert.equal(await page.text('h1'), 'Webhook 投递');
      const [what, , , , state, tries] = await cells(page, UNDELIVERED);
      assert.deepEqual([what, state], ['注销', '未能投递']);
      assert.match(tries ?? '', /^15超时后端应答太慢/);
      for (const [index, words] of [
        '核对密钥',
        '核对路径',
        '重定向',
        '连接失败',
        '内网地址',
        '连接中断',
        '响应无法读取',
        '并发过多',
      ].entries()) {
        assert.match((await cells(page, LATEST - 3 - index))[5] ?? '', new RegExp(words));
      }
      await page.locator('#state').selectOption('undelivered');
      await page.settled();
      assert.match(await page.text('#state-means'), /连续投递一天/);
      await page.locator(`#redeliver-${UNDELIVERED}`).click();
      assert.equal(await page.text('#dialog-title'), '把“注销”重新投递到 shop？');
    },
    { locale: 'zh-CN' },
  ));
