import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, type PlaygroundPage, textOf } from './page.js';

const ORDER = 'phone-1>back-end POST /orders';
const SIGN = 'back-end>yaoshi POST /service/v1/signatures';
const CHECK = 'yaoshi>wechat checksession';
const PAY = 'phone-1>wechat wx.requestVirtualPayment';
const LOGIN = 'phone-1>yaoshi POST /v1/login';

/** Longer than Yaoshi waits between two forced refreshes, in minutes of the page's clock. */
const passRefreshInterval = (page: PlaygroundPage) => page.triggerFault('minutes');

/** Runs a test with the first phone registered and the diagram cleared. */
function withRegisteredPhone(test: (page: PlaygroundPage) => Promise<void>): Promise<void> {
  return withPage(async (page) => {
    await page.tap('phone-1', 'register');
    await page.clear();
    await test(page);
  });
}

test('a payment goes through the back end, which has Yaoshi sign the order', () =>
  withRegisteredPhone(async (page) => {
    assert.equal(await page.tap('phone-1', 'pay'), 'Paid.');
    assertInOrder(await page.messages(), [
      ORDER,
      SIGN,
      CHECK,
      'wechat>yaoshi ok',
      'yaoshi>back-end 200',
      'back-end>phone-1 201',
      PAY,
      'wechat>phone-1 requestVirtualPayment:ok',
    ]);
    await page.message('POST /service/v1/signatures').locator('summary').click();
    const fields = (await page.fields(page.message('POST /service/v1/signatures'))).join('\n');
    assert.match(fields, /^authorization: Basic .{4}…$/m);
    assert.match(fields, /^token: ys_.{4}…$/m);
    assert.match(fields, /^sign_data: \{"offerId":"1450000001",/m);
    assert.equal(await page.status('phone-1'), 'registered: from Yaoshi’s response to POST /v1/register');
    await page.screenshot('payment');
  }));

test('a stranger can pay: the phone logs in first', () =>
  withPage(async (page) => {
    assert.equal(await page.tap('phone-1', 'pay'), 'Paid.');
    assertInOrder(await page.messages(), [LOGIN, ORDER, SIGN, PAY]);
  }));

test('a key that turned before the order is found stale, and the second order is paid', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('rotate');
    assert.equal(
      await page.tap('phone-1', 'pay'),
      'The session_key was stale: logged in again, ordered again, paid.',
    );
    assertInOrder(await page.diagram(), [
      '· WeChat replaces the session_key',
      ORDER,
      SIGN,
      CHECK,
      'wechat>yaoshi errcode 87009',
      'yaoshi>back-end 409 session_key_stale [login_again]',
      'back-end>phone-1 409 session_key_stale [login_again]',
      LOGIN,
      ORDER,
      SIGN,
      CHECK,
      'wechat>yaoshi ok',
      PAY,
      'wechat>phone-1 requestVirtualPayment:ok',
    ]);
    const messages = await page.messages();
    assert.equal(messages.filter((line) => line === PAY).length, 1);
    await page.screenshot('payment-stale');
  }));

test('a key that turns after the signature makes WeChat refuse, and the second payment succeeds', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('rotate_before_payment');
    assert.deepEqual(await page.armed(), ['Replace before the next payment']);
    assert.equal(
      await page.tap('phone-1', 'pay'),
      'WeChat refused the first payment: logged in again, ordered again, paid.',
    );
    assertInOrder(await page.diagram(), [
      ORDER,
      SIGN,
      '· The order is signed; then WeChat replaces the session_key',
      PAY,
      'wechat>phone-1 requestVirtualPayment:fail SIGNATURE_INVALID',
      'phone-1>yaoshi POST /v1/session/check',
      CHECK,
      'yaoshi>phone-1 200 stale',
      LOGIN,
      ORDER,
      SIGN,
      PAY,
      'wechat>phone-1 requestVirtualPayment:ok',
    ]);
    const refusal = page.message('SIGNATURE_INVALID');
    await refusal.locator('summary').click();
    assert.ok((await page.fields(refusal)).includes('errCode: -15005'));
    assert.deepEqual(await page.armed(), []);
    await page.screenshot('payment-refused');
  }));

for (const [fault, code] of [
  ['expire', 'session_expired'],
  ['revoke', 'session_revoked'],
] as const) {
  test(`a session that ended is replaced before the payment: ${fault}`, () =>
    withRegisteredPhone(async (page) => {
      await page.triggerFault(fault);
      await page.knownFrom('phone-1', code);
      assert.match(await page.tap('phone-1', 'pay'), /paid\.$/);
      assertInOrder(await page.messages(), [
        ORDER,
        SIGN,
        'back-end>phone-1 409 session_ended [login_again]',
        LOGIN,
        ORDER,
        PAY,
      ]);
    }));
}

test('a phone that is logged out does not pay', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-1', 'logout');
    assert.equal(await page.reasonAgainst('#phone-1 [data-action="pay"]'), 'Logged out: log in first.');
  }));

test('the phone button registers a stranger, and binds the number of a user', () =>
  withPage(async (page) => {
    const button = page.phone('phone-1').locator('[data-action="phone"]');
    assert.equal(await textOf(button), 'Register by phone');
    assert.equal(await page.tap('phone-1', 'phone'), 'Registered by phone.');
    assertInOrder(await page.messages(), [
      'phone-1>wechat open-type="getPhoneNumber"',
      'wechat>phone-1 getPhoneNumber:ok',
      LOGIN,
      'phone-1>yaoshi POST /v1/register',
      'yaoshi>wechat getuserphonenumber',
      'wechat>yaoshi phone_info',
      'yaoshi>phone-1 201 registered',
    ]);
    assert.equal(await textOf(page.phone('phone-1').locator('.person')), 'No nickname');
    assert.equal(await textOf(button), 'Bind phone number');
    await page.message('POST /v1/register').locator('summary').click();
    const fields = (await page.fields(page.message('POST /v1/register'))).join('\n');
    assert.match(fields, /^idempotency-key: \S+$/m);
    assert.match(fields, /^phone_code: .{4}…$/m);
    await page.screenshot('registered-by-phone');
    await page.clear();
    assert.match(await page.tap('phone-1', 'phone'), /^Phone number bound: \+86138\d{8}\.$/);
    assertInOrder(await page.messages(), [
      'phone-1>yaoshi PUT /v1/me/phone',
      'yaoshi>wechat getuserphonenumber',
      'yaoshi>phone-1 200',
    ]);
    assert.match(await page.tap('phone-2', 'phone'), /^Phone number bound/, 'the same user');
  }));

test('the phone button works on a phone that was logged out', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-1', 'logout');
    assert.match(await page.tap('phone-1', 'phone'), /^Phone number bound/);
    assert.equal(await page.state('phone-1'), 'registered');
  }));

test('a dead access_token is replaced, and the call is repeated', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-1', 'pay');
    await passRefreshInterval(page);
    await page.clear();
    await page.triggerFault('kill_token');
    assert.match(await page.tap('phone-1', 'phone'), /^Phone number bound/);
    assertInOrder(await page.diagram(), [
      '· WeChat makes the access_token invalid; Yaoshi does not know',
      'phone-1>yaoshi PUT /v1/me/phone',
      'yaoshi>wechat getuserphonenumber',
      'wechat>yaoshi errcode 40001',
      'yaoshi>wechat stable_token',
      'wechat>yaoshi access_token',
      'yaoshi>wechat getuserphonenumber',
      'wechat>yaoshi phone_info',
      'yaoshi>phone-1 200',
    ]);
    await page.screenshot('access-token');
  }));

test('a payment, too, survives a dead access_token', () =>
  withRegisteredPhone(async (page) => {
    await page.tap('phone-1', 'pay');
    await passRefreshInterval(page);
    await page.clear();
    await page.triggerFault('kill_token');
    assert.equal(await page.tap('phone-1', 'pay'), 'Paid.');
    assertInOrder(await page.messages(), [
      SIGN,
      CHECK,
      'wechat>yaoshi errcode 40001',
      'yaoshi>wechat stable_token',
      CHECK,
      'wechat>yaoshi ok',
      PAY,
    ]);
  }));

test('the page shows payments in Chinese, and none of their secrets', () =>
  withPage(
    async (page) => {
      const secrets: string[] = [];
      const bodies: Promise<void>[] = [];
      page.browserPage.on('response', (response) => {
        if (/\/(signatures|settings\.json|getPhoneNumber)$/.test(new URL(response.url()).pathname)) {
          bodies.push(
            response.json().then(({ signature, pay_sig, code, back_end }) => {
              const found = [signature, pay_sig, code, back_end?.service_secret];
              secrets.push(...found.filter((secret) => secret !== undefined));
            }),
          );
        }
      });
      await page.browserPage.reload();
      await page.whenReady();
      await page.triggerFault('rotate_before_payment');
      assert.equal(
        await page.tap('phone-1', 'pay'),
        '第一次支付被微信拒绝，已重新登录、重新下单，支付成功。',
      );
      assert.equal(await page.tap('phone-1', 'phone'), '已用手机号注册。');
      await Promise.all(bodies);
      const summaries = page.browserPage.locator('.message summary');
      for (let index = 0; index < (await summaries.count()); index++) {
        await summaries.nth(index).click();
      }
      await page.screenshot('payment-zh');
      const everything = await page.browserPage.content();
      assert.ok(secrets.length >= 6, `only ${secrets.length} secrets were seen`);
      for (const secret of secrets) {
        assert.ok(!everything.includes(secret), `the page shows ${secret}`);
      }
    },
    { locale: 'zh-CN' },
  ));

test('payments can be made with the keyboard, and screen readers hear of them', () =>
  withPage(async (page) => {
    const pay = page.phone('phone-1').getByRole('button', { name: 'Pay', exact: true });
    await pay.focus();
    await page.browserPage.keyboard.press('Enter');
    assert.equal(await page.whenIdle('phone-1'), 'Paid.');
    const log = page.browserPage.getByRole('log');
    assert.match(await textOf(log), /Phone 1 to WeChat: wx\.requestVirtualPayment/);
    await page.browserPage.locator('[data-fault="faults.kill_token"]').press('Enter');
    await page.note('WeChat makes the access_token invalid').waitFor();
    assert.match(await textOf(log), /WeChat makes the access_token invalid/);
  }));
