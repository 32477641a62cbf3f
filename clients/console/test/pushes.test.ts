import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertAccessible } from './axe.js';
import { uuid } from './fake-api/people.js';
import { type ConsolePage, type FakeConsolePage, withConsole } from './fixture.js';

const DELIVERED = uuid(800_000);
const WAITING = uuid(799_998);

/** The cells of the row of a message. */
function cells(page: ConsolePage, id: string): Promise<string[]> {
  return page.locator(`#results tr:has(#show-${id}) :is(th, td)`).allTextContents();
}

const focused = ({ page }: ConsolePage) => page.evaluate(() => document.activeElement?.id);

/** The kinds of the events about messages, the newest first. */
function recorded({ state }: FakeConsolePage): unknown[] {
  return state.events.map(({ kind }) => kind).filter((kind) => String(kind).startsWith('push_'));
}

async function confirm(page: ConsolePage): Promise<void> {
  await page.locator('dialog #confirm').click();
  await page.locator('dialog #confirm').waitFor({ state: 'detached' });
}

test('messages are listed, the newest first, with what became of them', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('pushes');
    assert.match(await page.text('.summary'), /^50 messages on this page$/);
    const [event, , app, openid, state, tries] = await cells(page, DELIVERED);
    assert.deepEqual(
      [event, app, openid, state, tries],
      ['xpay_goods_deliver_notify', 'wx0123456789abcdef', 'o6_A…00aY', 'delivered', '1HTTP 200'],
    );
    const [, , , , waits, timedOut, next] = await cells(page, WAITING);
    assert.deepEqual([waits, timedOut], ['waiting', '3timed out']);
    assert.match(next ?? '', /\d\d:\d\d:\d\d/);
    const times = await page
      .locator('#results td:nth-child(2) time')
      .evaluateAll((all) => all.map((time) => time.getAttribute('datetime') ?? ''));
    assert.deepEqual(times, [...times].sort().reverse());
    await page.locator('.pager a', { hasText: 'Older' }).click();
    await page.locator('.summary', { hasText: '20 messages' }).waitFor();
    await page.locator('.pager a', { hasText: 'Newest' }).click();
    await page.locator('.summary', { hasText: '50 messages' }).waitFor();
  }));

test('messages are filtered by state, and each state says what it means', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('pushes');
    await page.locator('.meanings summary').click();
    assert.deepEqual(await page.locator('.meanings dt').allTextContents(), [
      'applied',
      'kept',
      'waiting',
      'delivered',
      'undelivered',
    ]);
    for (const [state, count, meaning] of [
      ['applied', 50, /What it says was done/],
      ['kept', 1, /names nobody, or no time\. Nothing was guessed/],
      ['waiting', 7, /has not dealt with it yet/],
      ['delivered', 1, /A back end has dealt with it/],
      ['undelivered', 1, /tried for a day .* in vain/],
    ] as const) {
      await page.locator('#state').focus();
      await page.locator('#state').selectOption(state);
      await page.settled();
      assert.match(await page.text('#state-means'), meaning);
      assert.equal((await page.results()).length, count, state);
      assert.deepEqual([...new Set(await page.locator('#results .badge').allTextContents())], [state]);
      assert.equal(await focused(page), 'state');
    }
    assert.match(page.page.url(), /#\/pushes\?state=undelivered$/);
    await page.locator('#state').selectOption('applied');
    await page.locator('.pager a', { hasText: 'Older' }).click();
    await page.locator('.summary', { hasText: '10 messages' }).waitFor();
    assert.deepEqual([...new Set(await page.locator('#results .badge').allTextContents())], ['applied']);
  }));

test('a message is shown when asked for, and that is on record', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('pushes');
    await page.locator(`#show-${DELIVERED}`).focus();
    await page.page.keyboard.press('Enter');
    assert.match(await page.text('dialog'), /recorded as an event with your name/);
    assert.deepEqual(recorded(page), []);
    await page.page.keyboard.press('Escape');
    assert.equal(await focused(page), `show-${DELIVERED}`);
    assert.deepEqual(recorded(page), []);
    await page.page.keyboard.press('Enter');
    await page.locator('#confirm').focus();
    await page.page.keyboard.press('Enter');
    await page.locator('#push-message').waitFor();
    assert.equal(await focused(page), 'dialog-title');
    assert.equal(await page.text('#dialog-title'), 'xpay_goods_deliver_notify');
    assert.match(await page.text('#push-message'), /^\{\n {2}"ToUserName": "gh_0123456789ab",\n/);
    assert.match(await page.text('#push-message'), /"CreateTime": \d{10},/);
    assert.equal(await page.text('#push-answer'), 'success');
    assert.deepEqual(recorded(page), ['push_shown']);
    await page.page.keyboard.press('Tab');
    assert.equal(await focused(page), 'push-message');
    await assertAccessible(page, 'a message');
    await page.locator('#close').click();
    assert.equal(await focused(page), `show-${DELIVERED}`);
    await page.go('#/events?kind=push_shown');
    assert.match(
      await page.text('#results tbody tr'),
      new RegExp(`Read a message from WeChat${DELIVERED}.*operator dev`),
    );
  }));

test('what is shown of a message is what WeChat wrote, and nothing once the person was erased', () =>
  withConsole(async (page) => {
    const message = '{"MsgId":23456789012345678,"a":"1 \\"2\\": 3","字":"\\u5b57","n":[-1.50,{},null,true]}';
    await page.page.route('**/show', (route) =>
      route.fulfill({ contentType: 'application/json', body: `{"id":"1","tries":0,"message":${message}}` }),
    );
    await page.signIn();
    await page.follow('pushes');
    await page.locator(`#show-${DELIVERED}`).click();
    await confirm(page);
    assert.equal(
      await page.text('#push-message'),
      `{
  "MsgId": 23456789012345678,
  "a": "1 \\"2\\": 3",
  "字": "字",
  "n": [
    -1.50,
    {},
    null,
    true
  ]
}`,
    );
    assert.equal(await page.text('#push-answer'), 'None on record.');
    await page.locator('#close').click();
    await page.page.unroute('**/show');
    const erased = page.state.pushes[2];
    delete erased?.message;
    await page.locator(`#show-${WAITING}`).click();
    await confirm(page);
    assert.match(await page.text('#push-message'), /^Emptied when/);
    await page.locator('#close').click();
    await page.locator(`#redeliver-${WAITING}`).click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem').waitFor();
    assert.match(await page.text('dialog .problem'), /not sent to a back end.*push_not_for_back_end/);
    assert.equal(await page.locator('dialog .problem button').count(), 0);
  }));

test('a message is sent again when asked for, and its row shows that it waits', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('pushes');
    await page.locator('#state').selectOption('delivered');
    await page.settled();
    await page.locator(`#redeliver-${DELIVERED}`).click();
    assert.match(await page.text('dialog'), /has dealt with this message, and gets it once more/);
    await page.locator('#confirm').click();
    await page.locator('#announcer', { hasText: 'It waits now' }).waitFor();
    const [, , , , state, tries, next] = await cells(page, DELIVERED);
    assert.deepEqual([state, tries], ['waiting', '1HTTP 200']);
    assert.notEqual(next, '');
    assert.equal(await focused(page), `redeliver-${DELIVERED}`);
    assert.deepEqual(recorded(page), ['push_redelivered']);
    // A back end deals with it.
    const sent = page.state.pushes[0];
    assert.ok(sent);
    delete sent.next_try_at;
    Object.assign(sent, { state: 'delivered', tries: 2 });
    await page.locator('#refresh').click();
    await page.locator(`#results tr:has(#show-${DELIVERED}) .badge.good`).waitFor();
    await page.locator(`#redeliver-${DELIVERED}`).click();
    await page.locator('.buttons .button', { hasText: 'Cancel' }).click();
    await page.locator('#state').selectOption('');
    await page.settled();
    const buttons = await page
      .locator('#results button')
      .evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')?.replace(/,.*/, '')));
    assert.equal(buttons.filter((label) => label === 'Send again user_info_modified').length, 0);
    assert.equal(buttons.filter((label) => label?.startsWith('Send again')).length, 9);
    assert.deepEqual(recorded(page), ['push_redelivered']);
  }));

test('a failure is told where it was asked for, also that a message is gone', () =>
  withConsole(async (page) => {
    await page.signIn();
    await page.follow('pushes');
    page.state.failures.push({ path: '/show', status: 503, code: 'store_unavailable' });
    await page.locator(`#show-${WAITING}`).click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem button').click();
    await page.locator('#push-message').waitFor();
    await page.locator('#close').click();
    page.state.failures.push({ path: '/redeliver', status: 503, code: 'store_unavailable' });
    await page.locator(`#redeliver-${WAITING}`).click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem button').click();
    await page.locator('#announcer', { hasText: 'It waits now' }).waitFor();
    page.state.pushes.shift();
    await page.locator(`#show-${DELIVERED}`).click();
    await page.locator('#confirm').click();
    await page.locator('dialog .problem').waitFor();
    assert.match(await page.text('dialog .problem'), /No such message.*no_such_push/);
  }));

test('an empty list says what will fill it', () =>
  withConsole(async (page) => {
    page.state.isEmpty = true;
    await page.signIn();
    await page.follow('pushes');
    assert.match(await page.text('.empty'), /push_token.*\/wechat\/push\/ and the app’s id.*push_relay_url/);
    await page.go('#/pushes?state=undelivered');
    assert.match(await page.text('.empty'), /No messages in this state/);
  }));

test('the page is as complete in Chinese', () =>
  withConsole(
    async (page) => {
      await page.signIn();
      await page.follow('pushes');
      assert.equal(await page.text('h1'), '推送消息');
      const [, , , , state, tries] = await cells(page, WAITING);
      assert.deepEqual([state, tries], ['等待投递', '3超时']);
      for (const [index, words] of [
        '连接失败',
        '内网地址',
        '连接中断',
        '响应无法读取',
        '并发过多',
      ].entries()) {
        assert.match((await cells(page, uuid(799_994 - index)))[5] ?? '', new RegExp(words));
      }
      await page.locator('#state').selectOption('kept');
      await page.settled();
      assert.match(await page.text('#state-means'), /没有指明用户或时间/);
    },
    { locale: 'zh-CN' },
  ));
