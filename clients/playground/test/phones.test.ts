import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertInOrder, textOf } from './visit.js';
import { visiting } from './world.js';

test('every button of a phone does what it says', () =>
  visiting(async (visit) => {
    assert.equal(await visit.state('phone-1'), 'starting');
    await visit.picture('new');
    assert.equal(await visit.tap('phone-1', 'login'), 'Logged in.');
    assert.equal(await visit.state('phone-1'), 'unregistered');
    await visit.picture('logged-in');
    assert.equal(await visit.tap('phone-1', 'register'), 'Registered as 小钥匙.');
    assert.equal(await visit.state('phone-1'), 'registered');
    await visit.clear();
    assert.equal(await visit.tap('phone-1', 'refresh'), 'The profile is fresh.');
    assertInOrder(await visit.messages(), [
      'phone-1>wechat wx.getUserInfo',
      'wechat>phone-1 getUserInfo:ok',
      'phone-1>yaoshi POST /v1/me/profile',
    ]);
    assert.match(await visit.tap('phone-1', 'steps'), /^\d+ days of steps, decrypted\.$/);
    assert.equal(await visit.phone('phone-1').locator('.steps li').count(), 7);
    await visit.picture('steps');
    assert.equal(await visit.tap('phone-1', 'check'), 'WeChat and Yaoshi both know this session.');
    assert.equal(await visit.tap('phone-1', 'logout'), 'Logged out.');
    assert.equal(await visit.state('phone-1'), 'signed_out');
    await visit.picture('logged-out');
    assert.equal(await visit.tap('phone-1', 'login'), 'Logged in.');
    assert.equal(await visit.state('phone-1'), 'registered');
  }));

test('an app that is opened again keeps its session', () =>
  visiting(async (visit) => {
    await visit.tap('phone-1', 'register');
    await visit.clear();
    assert.equal(await visit.tap('phone-1', 'open'), 'The app is open again.');
    assert.equal(await visit.state('phone-1'), 'registered');
    const messages = await visit.messages();
    assertInOrder(messages, ['phone-1>yaoshi GET /v1/me', 'yaoshi>phone-1 200']);
    assert.ok(!messages.includes('phone-1>wechat wx.login'), messages.join('\n'));
  }));

test('two phones of one user have a session each', () =>
  visiting(async (visit) => {
    await visit.tap('phone-1', 'register');
    assert.equal(await visit.state('phone-2'), 'starting');
    assert.equal(await visit.tap('phone-2', 'login'), 'Logged in.');
    assert.equal(await visit.state('phone-2'), 'registered');
    const session = (name: 'phone-1' | 'phone-2') => textOf(visit.phone(name).locator('.session'));
    assert.notEqual(await session('phone-1'), await session('phone-2'));
    await visit.picture('two-phones');
    await visit.tap('phone-2', 'logout');
    assert.equal(await visit.state('phone-2'), 'signed_out');
    assert.equal(await visit.tap('phone-1', 'check'), 'WeChat and Yaoshi both know this session.');
    assert.equal(await visit.state('phone-1'), 'registered');
  }));

test('two taps at once share one login', () =>
  visiting(async (visit) => {
    await visit.page.evaluate(() => {
      for (const action of ['login', 'register', 'steps']) {
        document.querySelector<HTMLElement>(`#phone-1 [data-action="${action}"]`)?.click();
      }
    });
    await visit.done('phone-1');
    const messages = await visit.messages();
    assert.equal(messages.filter((line) => line === 'yaoshi>wechat code2Session').length, 1);
    assert.equal(await visit.state('phone-1'), 'registered');
  }));

test('starting over brings another person with new phones', () =>
  visiting(async (visit) => {
    await visit.tap('phone-1', 'register');
    await visit.mischief('busy_once');
    await visit.page.locator('#over').click();
    await visit.page.locator('#messages', { hasText: 'A new person, two new phones' }).waitFor();
    await visit.page.locator('#phone-1 [data-state="starting"]').waitFor();
    assert.deepEqual(await visit.armed(), []);
    assert.deepEqual(await visit.messages(), []);
    await visit.tap('phone-1', 'login');
    assert.equal(await visit.state('phone-1'), 'unregistered');
  }));
