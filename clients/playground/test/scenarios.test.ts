import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, textOf } from './page.js';

const BEFORE = '· WeChat replaces the key just before it signs the data';
const AFTER = '· WeChat replaces the key again, just after';

test('the tutorial client falls into the order trap', () =>
  withPage(async (page) => {
    const [verdict, why] = await page.play('tutorial');
    assert.equal(verdict, 'Login failed');
    assert.match(String(why), /signature_mismatch/);
    assert.deepEqual(await page.diagram(), [
      '· New user, two new phones',
      '· Armed: Replace around the next collection',
      BEFORE,
      'phone-1>wechat wx.getUserInfo',
      'wechat>phone-1 getUserInfo:ok',
      AFTER,
      'phone-1>wechat wx.login',
      'wechat>phone-1 login:ok',
      'phone-1>yaoshi POST /v1/login',
      'yaoshi>wechat code2Session',
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
      'phone-1>yaoshi POST /v1/register',
      'yaoshi>phone-1 422 signature_mismatch [collect_again]',
    ]);
    assert.match(await page.outcome('phone-1'), /signature_mismatch/);
    assert.equal(await page.status('phone-1'), 'login failed: reported by the tutorial’s client');
    assert.deepEqual(await page.availableActions('phone-1'), [
      'open',
      'login',
      'register',
      'phone',
      'steps',
      'pay',
    ]);
    await page.screenshot('scenario-tutorial');
    assert.equal(await page.tap('phone-1', 'register'), 'Registered as 小钥匙.');
    assert.equal(await page.state('phone-1'), 'registered');
  }));

test('Yaoshi’s client recovers from it by itself', () =>
  withPage(async (page) => {
    const [verdict, why] = await page.play('yaoshi');
    assert.equal(verdict, 'Login succeeded');
    assert.match(String(why), /小钥匙 is registered after one tap.*collect_again/);
    assertInOrder(await page.diagram(), [
      'phone-1>wechat wx.login',
      'wechat>phone-1 login:ok',
      'phone-1>yaoshi POST /v1/login',
      'yaoshi>wechat code2Session',
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
      BEFORE,
      'phone-1>wechat wx.getUserInfo',
      'wechat>phone-1 getUserInfo:ok',
      AFTER,
      'phone-1>yaoshi POST /v1/register',
      'yaoshi>phone-1 422 signature_mismatch [collect_again]',
      'phone-1>wechat wx.getUserInfo',
      'phone-1>yaoshi POST /v1/register',
      'yaoshi>phone-1 201 registered',
    ]);
    assert.equal(await page.state('phone-1'), 'registered');
    assert.equal(await page.outcome('phone-1'), 'Registered as 小钥匙.');
    await page.screenshot('scenario-yaoshi');
  }));

// docs/src/images/playground.png and playground.zh-CN.png are copies of these screenshots.
for (const locale of ['en-GB', 'zh-CN']) {
  test(`the picture for the README: ${locale}`, () =>
    withPage(
      async (page) => {
        await page.play('yaoshi');
        await page.browserPage.mouse.move(0, 0);
        await page.browserPage.setViewportSize({ width: 1440, height: 1300 });
        const drawing = await page.browserPage.locator('#drawing').boundingBox();
        assert.ok(drawing);
        await page.screenshot(`readme-${locale}`, { width: 1440, height: drawing.y + drawing.height + 32 });
      },
      { locale },
    ));
}

test('scenarios can be played again, in any order', () =>
  withPage(async (page) => {
    assert.equal((await page.play('tutorial'))[0], 'Login failed');
    await page.browserPage.locator('#play-yaoshi').click();
    await page.browserPage.locator('.verdict.good').waitFor();
    await page.browserPage.locator('#play-tutorial').click();
    await page.browserPage.locator('.verdict.bad').waitFor();
    assert.equal(await textOf(page.browserPage.locator('#play-tutorial')), 'Play again');
    assert.deepEqual(await page.armed(), []);
  }));

test('a phone that starting over discarded leaves no trace', () =>
  withPage(async (page) => {
    await page.browserPage.clock.install();
    await page.browserPage.reload();
    await page.whenReady();
    await page.triggerFault('quota');
    await page.click('phone-1', 'login');
    await page.message('wechat_rate_limited').waitFor();
    await page.click('phone-1', 'register');
    await page.triggerFault('minutes');
    assert.equal((await page.play('tutorial'))[0], 'Login failed');
    const diagram = await page.diagram();
    const outcome = await page.outcome('phone-1');
    const status = await page.status('phone-1');
    await page.browserPage.clock.fastForward('02:00');
    await page.tap('phone-2', 'login');
    assert.deepEqual(
      (await page.diagram()).filter((line) => !/phone-2|yaoshi>wechat|wechat>yaoshi/.test(line)),
      diagram.filter((line) => !/yaoshi>wechat|wechat>yaoshi/.test(line)),
    );
    assert.equal(await page.outcome('phone-1'), outcome);
    assert.equal(await page.status('phone-1'), status);
    assert.equal(await page.phone('phone-1').getAttribute('aria-busy'), 'false');
  }));

test('starting over stops a scenario', () =>
  withPage(async (page) => {
    await page.browserPage.route('**/v1/login', () => {});
    await page.browserPage.locator('#play-yaoshi').click();
    await page.message('POST /v1/login').waitFor();
    assert.equal(await page.reasonAgainst('#play-tutorial'), 'A scenario is playing.');
    assert.deepEqual(await page.availableActions('phone-1'), []);
    await page.browserPage.locator('#over').click();
    await page.browserPage.locator('#diagram-hint').waitFor();
    assert.equal(await page.reasonAgainst('#play-tutorial'), undefined);
    await page.browserPage.unroute('**/v1/login');
    assert.equal((await page.play('tutorial'))[0], 'Login failed');
  }));

test('the verdict of a scenario that met another fault does not blame the order trap', () =>
  withPage(async (page) => {
    await page.browserPage.route('**/v1/login', (route) =>
      route.fulfill({ status: 503, json: { code: 'wechat_rate_limited', recover: 'retry' } }),
    );
    const [verdict, why] = await page.play('tutorial');
    assert.equal(verdict, 'Login failed');
    assert.match(String(why), /^The scenario did not finish: .*\(wechat_rate_limited\)\.$/);
  }));

test('an open message shows its fields but no secrets', () =>
  withPage(async (page) => {
    const secrets: string[] = [];
    const bodies: Promise<void>[] = [];
    page.browserPage.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (response.ok() && /\/(login|register|getUserInfo)$/.test(pathname)) {
        bodies.push(
          response.json().then(({ token, code, signature, encryptedData }) => {
            secrets.push(...[token, code, signature, encryptedData].filter((secret) => secret !== undefined));
          }),
        );
      }
    });
    await page.play('yaoshi');
    await Promise.all(bodies);
    const summaries = page.browserPage.locator('.message summary');
    for (let index = 0; index < (await summaries.count()); index++) {
      await summaries.nth(index).click();
    }
    const login = (await page.fields(page.message('POST /v1/login'))).join('\n');
    assert.match(login, /^idempotency-key: \S+$/m);
    assert.match(login, /^code: .{4}…$/m);
    const refusal = page.message('422 signature_mismatch');
    assert.match(
      (await page.fields(refusal)).join('\n'),
      /^recover: .*repeat the wx call that collected the data/m,
    );
    const everything = await page.browserPage.content();
    assert.ok(secrets.length >= 6, `only ${secrets.length} secrets were seen`);
    for (const secret of secrets) {
      assert.ok(!everything.includes(secret), `the page shows ${secret}`);
    }
    await refusal.locator('.fields').scrollIntoViewIfNeeded();
    await page.screenshot('message-open');
  }));
