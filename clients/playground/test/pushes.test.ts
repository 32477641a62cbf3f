import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, type PlaygroundPage, textOf } from './page.js';

const WITHDRAW_PHONE = '· The user withdraws the phone number in WeChat; the phones do not know';
const WITHDRAW_PROFILE = '· The user withdraws nickname and picture in WeChat; the phones do not know';
const DELETE_ACCOUNT = '· The user deletes the WeChat account; the phones do not know';

const REVOKE_PHONE = 'wechat>yaoshi user_authorization_revoke 8';
const REVOKE_PROFILE = 'wechat>yaoshi user_authorization_revoke 6';
const CANCELLATION = 'wechat>yaoshi user_authorization_cancellation';
const SUCCESS = 'yaoshi>wechat success';
const GOODS = 'wechat>yaoshi xpay_goods_deliver_notify';

const KNOWS_PROFILE = '· What Yaoshi knows of the user now: the nickname 小钥匙, a picture, no phone number';
const KNOWS_NOTHING = '· What Yaoshi knows of the user now: no nickname, no picture, no phone number';

/** Runs a test with the first phone registered and the diagram cleared. */
function withRegisteredPhone(test: (page: PlaygroundPage) => Promise<void>): Promise<void> {
  return withPage(async (page) => {
    await page.tap('phone-1', 'register');
    await page.clear();
    await test(page);
  });
}

/** Waits until a line of the diagram has been there so many times. */
async function whenShown(page: PlaygroundPage, text: string, times = 1): Promise<void> {
  await page.browserPage
    .locator('#messages > li', { hasText: text })
    .nth(times - 1)
    .waitFor();
}

test('a phone number that the user withdraws in WeChat is removed', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-1', 'phone');
    await page.clear();
    await page.triggerFault('withdraw_phone');
    await whenShown(page, 'What Yaoshi knows');
    assert.deepEqual(await page.diagram(), [WITHDRAW_PHONE, REVOKE_PHONE, SUCCESS, KNOWS_PROFILE]);
    assert.equal(await page.status('phone-1'), 'registered: from Yaoshi’s response to PUT /v1/me/phone');
    const fields = (message: string) => page.fields(page.message(message));
    await page.message('user_authorization_revoke').locator('summary').click();
    const pushed = (await fields('user_authorization_revoke')).join('\n');
    assert.match(pushed, /^signature: .{4}…$/m);
    assert.match(pushed, /^OpenID: o.{27}$/m);
    assert.match(pushed, /^RevokeInfo: 8$/m);
    assert.deepEqual(await fields('success'), ['status: 200']);
    await page.screenshot('push-phone');
  }));

test('nickname and picture that the user withdraws are gone before the phone notices', () =>
  withRegisteredPhone(async (page) => {
    const person = () => textOf(page.phone('phone-1').locator('.person'));
    await page.triggerFault('withdraw_profile');
    await whenShown(page, 'What Yaoshi knows');
    assert.deepEqual(await page.diagram(), [WITHDRAW_PROFILE, REVOKE_PROFILE, SUCCESS, KNOWS_NOTHING]);
    assert.equal(
      await page.knownFrom('phone-1', 'profile has changed'),
      'registered: Yaoshi tells this page that the profile has changed. The phone has not noticed',
    );
    assert.equal(await person(), 'No nickname');
    await page.screenshot('push-profile');
    assert.equal(await page.tap('phone-1', 'open'), 'App opened.');
    assert.equal(await page.status('phone-1'), 'registered: from Yaoshi’s response to GET /v1/me');
    assert.equal(await person(), 'No nickname');
    assert.equal(await page.tap('phone-1', 'refresh'), 'Profile refreshed.');
    assert.equal(await person(), '小钥匙');
  }));

test('a deleted account ends the sessions, and the phone learns of it at its next request', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-2', 'login');
    await page.clear();
    await page.triggerFault('delete_account');
    await whenShown(page, 'Yaoshi has erased the user');
    assertInOrder(await page.diagram(), [DELETE_ACCOUNT, CANCELLATION, SUCCESS]);
    for (const phone of ['phone-1', 'phone-2'] as const) {
      assert.equal(
        await page.status(phone),
        'session ended: Yaoshi tells this page: invalid_token. The phone has not noticed',
      );
    }
    assert.equal(await page.reasonAgainst('[data-fault="faults.revoke"]'), 'No phone has a valid session.');
    await page.screenshot('push-cancellation');
    assert.equal(await page.tap('phone-1', 'check'), 'Yaoshi had ended the session; logged in again.');
    assertInOrder(await page.messages(), [
      'yaoshi>phone-1 401 invalid_token [login_again]',
      'yaoshi>phone-1 200 unregistered',
    ]);
    assert.equal(await page.state('phone-1'), 'unregistered');
  }));

test('a push that is sent twice is applied once', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('push_twice');
    assert.deepEqual(await page.armed(), ['Send the next push twice']);
    await page.triggerFault('withdraw_profile');
    await whenShown(page, 'What Yaoshi knows');
    assert.deepEqual((await page.diagram()).slice(1), [
      WITHDRAW_PROFILE,
      REVOKE_PROFILE,
      SUCCESS,
      REVOKE_PROFILE,
      SUCCESS,
      KNOWS_NOTHING,
    ]);
    assert.deepEqual(await page.armed(), []);
  }));

test('a push with a wrong signature is refused, sent again and given up', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('push_forged');
    await page.triggerFault('withdraw_profile');
    await whenShown(page, 'WeChat sends this push again after 5 s');
    assert.deepEqual(await page.messages(), [REVOKE_PROFILE, 'yaoshi>wechat 403 push_refused']);
    await page.triggerFault('minutes');
    await whenShown(page, 'WeChat does not send this push any more');
    const messages = await page.messages();
    assert.equal(messages.filter((line) => line === REVOKE_PROFILE).length, 4, messages.join('\n'));
    assert.equal(await page.status('phone-1'), 'registered: from Yaoshi’s response to POST /v1/register');
    const refusal = page.message('403 push_refused');
    await refusal.locator('summary').click();
    assert.match((await page.fields(refusal)).join('\n'), /^problem: push_refused.*not signed with/m);
    await page.screenshot('push-refused');
  }));

test('a push can be a minute late', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('push_late');
    await page.triggerFault('withdraw_profile');
    await whenShown(page, 'WeChat sends this push 60 s late');
    assert.deepEqual(await page.messages(), []);
    await page.triggerFault('minutes');
    await whenShown(page, 'What Yaoshi knows');
    assert.deepEqual(await page.messages(), [REVOKE_PROFILE, SUCCESS]);
  }));

test('two pushes can arrive in the wrong order', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-1', 'phone');
    await page.clear();
    await page.triggerFault('push_after_next');
    await page.triggerFault('withdraw_phone');
    await whenShown(page, 'WeChat sends this push after the next one');
    await page.triggerFault('withdraw_profile');
    // Both may be seen at once, and are then followed by one note.
    const late = page.browserPage.locator('.message:has-text("user_authorization_revoke 8") ~ .note');
    await late
      .filter({ hasText: KNOWS_NOTHING.slice(2) })
      .first()
      .waitFor();
    assert.deepEqual(await page.messages(), [REVOKE_PROFILE, SUCCESS, REVOKE_PHONE, SUCCESS]);
  }));

test('a payment is pushed until a back end says that the goods are delivered', () =>
  withRegisteredPhone(async (page) => {
    assert.equal(await page.tap('phone-1', 'pay'), 'Paid.');
    await whenShown(page, 'No back end told Yaoshi');
    await whenShown(page, 'WeChat sends this push again after', 2);
    assertInOrder(await page.diagram(), [
      'wechat>phone-1 requestVirtualPayment:ok',
      GOODS,
      'yaoshi>wechat 503 push_unanswered',
      '· No back end told Yaoshi that the goods are delivered, so it does not answer success, and WeChat sends this push again after 2 s',
      GOODS,
      'yaoshi>wechat 503 push_unanswered',
    ]);
    await page.message('xpay_goods_deliver_notify').locator('summary').click();
    assert.match(
      (await page.fields(page.message('xpay_goods_deliver_notify'))).join('\n'),
      /^GoodsInfo\.ProductId: sword$/m,
    );
    await page.screenshot('push-payment');
    await page.browserPage.locator('#over').click();
    await page.note('New user').waitFor();
    await page.triggerFault('minutes');
    await page.tap('phone-1', 'register');
    assert.ok(!(await page.messages()).includes(GOODS));
  }));

test('only a user whom Yaoshi knows can withdraw something', () =>
  withPage(async (page) => {
    for (const fault of ['withdraw_phone', 'withdraw_profile', 'delete_account']) {
      assert.equal(
        await page.reasonAgainst(`[data-fault="faults.${fault}"]`),
        'Yaoshi does not know the user yet: log in first.',
      );
    }
    await page.tap('phone-2', 'login');
    await page.triggerFault('withdraw_phone');
    await whenShown(page, 'The user is not registered: Yaoshi has no profile');
    assertInOrder(await page.diagram(), [WITHDRAW_PHONE, REVOKE_PHONE, SUCCESS]);
  }));

test('pushes are shown in Chinese', () =>
  withPage(
    async (page) => {
      await page.tap('phone-1', 'register');
      await page.triggerFault('withdraw_profile');
      await whenShown(page, 'Yaoshi 现在掌握的用户信息：没有昵称、没有头像、没有手机号');
      await page.tap('phone-1', 'pay');
      await whenShown(
        page,
        '没有后端告诉 Yaoshi 商品已经发放，所以它不回复 success，微信将在 2 秒后重发这条推送',
      );
      await page.triggerFault('delete_account');
      await whenShown(page, 'Yaoshi 已删除这个用户');
      await page.screenshot('push-zh');
    },
    { locale: 'zh-CN' },
  ));

test('the user can withdraw with the keyboard, and screen readers hear of the push', () =>
  withRegisteredPhone(async (page) => {
    const withdraw = page.browserPage.getByRole('button', { name: 'Withdraw nickname and picture' });
    await withdraw.focus();
    await page.browserPage.keyboard.press('Enter');
    await whenShown(page, 'What Yaoshi knows');
    const log = await textOf(page.browserPage.getByRole('log'));
    assert.match(log, /The user withdraws nickname and picture/);
    assert.match(log, /WeChat to Yaoshi: user_authorization_revoke 6/);
    assert.match(log, /Yaoshi to WeChat: success/);
    assert.match(log, /What Yaoshi knows of the user now: no nickname/);
  }));
