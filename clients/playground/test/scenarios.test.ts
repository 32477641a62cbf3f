import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertInOrder, textOf } from './visit.js';
import { visiting } from './world.js';

const BEFORE = '· WeChat replaces the key just before it signs the data';
const AFTER = '· WeChat replaces the key again, just after';

test('the old way falls into the order trap', () =>
  visiting(async (visit) => {
    const [verdict, why] = await visit.play('old');
    assert.equal(verdict, 'It fails');
    assert.match(String(why), /signature_mismatch/);
    assert.deepEqual(await visit.drawn(), [
      '· A new person, two new phones',
      '· Armed: New key around the next collection',
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
    assert.match(await visit.told('phone-1'), /signature_mismatch/);
    await visit.picture('scenario-old-way');
  }));

test('Yaoshi’s client gets out of it by itself', () =>
  visiting(async (visit) => {
    const [verdict, why] = await visit.play('yaoshi');
    assert.equal(verdict, 'It succeeds');
    assert.match(String(why), /小钥匙 is registered after one tap.*collect_again/);
    assertInOrder(await visit.drawn(), [
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
    assert.equal(await visit.state('phone-1'), 'registered');
    assert.equal(await visit.told('phone-1'), 'Registered as 小钥匙.');
    await visit.picture('scenario-with-yaoshi');
    // docs/src/images/playground.png is a copy of this one.
    await visit.page.mouse.move(0, 0);
    await visit.page.setViewportSize({ width: 1440, height: 1300 });
    const drawing = await visit.page.locator('#drawing').boundingBox();
    assert.ok(drawing);
    await visit.picture('readme', { width: 1440, height: drawing.y + drawing.height + 32 });
  }));

test('a scenario can be played again, after the other one too', () =>
  visiting(async (visit) => {
    assert.equal((await visit.play('old'))[0], 'It fails');
    await visit.page.locator('#play-yaoshi').click();
    await visit.page.locator('.verdict.good').waitFor();
    await visit.page.locator('#play-old').click();
    await visit.page.locator('.verdict.bad').waitFor();
    assert.equal(await textOf(visit.page.locator('#play-old')), 'Play again');
    assert.deepEqual(await visit.armed(), []);
  }));

test('a message opens to its fields, of which no secret can be read', () =>
  visiting(async (visit) => {
    const secrets: string[] = [];
    const bodies: Promise<void>[] = [];
    visit.page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      if (response.ok() && /\/(login|register|getUserInfo)$/.test(pathname)) {
        bodies.push(
          response.json().then(({ token, code, signature, encryptedData }) => {
            secrets.push(...[token, code, signature, encryptedData].filter((secret) => secret !== undefined));
          }),
        );
      }
    });
    await visit.play('yaoshi');
    await Promise.all(bodies);
    const summaries = visit.page.locator('.message summary');
    for (let index = 0; index < (await summaries.count()); index++) {
      await summaries.nth(index).click();
    }
    const login = (await visit.fields(visit.message('POST /v1/login'))).join('\n');
    assert.match(login, /^idempotency-key: \S+$/m);
    assert.match(login, /^code: .{4}…$/m);
    const refusal = visit.message('422 signature_mismatch');
    assert.match(
      (await visit.fields(refusal)).join('\n'),
      /^recover: .*repeat the wx call that collected the data/m,
    );
    const everything = await visit.page.content();
    assert.ok(secrets.length >= 6, `only ${secrets.length} secrets were seen`);
    for (const secret of secrets) {
      assert.ok(!everything.includes(secret), `the page shows ${secret}`);
    }
    await refusal.locator('.fields').scrollIntoViewIfNeeded();
    await visit.picture('message-open');
  }));
