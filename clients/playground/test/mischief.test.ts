import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertInOrder, textOf, type Visit } from './visit.js';
import { visiting } from './world.js';

const LOGIN = 'phone-1>yaoshi POST /v1/login';

/** A visit whose first phone is registered, with nothing on the drawing. */
function registered(test: (visit: Visit) => Promise<void>): Promise<void> {
  return visiting(async (visit) => {
    await visit.tap('phone-1', 'register');
    await visit.clear();
    await test(visit);
  });
}

test('a key that is replaced is noticed before data is sent', () =>
  registered(async (visit) => {
    await visit.mischief('rotate');
    assert.equal(await visit.tap('phone-1', 'check'), 'WeChat’s key was dead: logged in anew.');
    assertInOrder(await visit.drawn(), [
      '· WeChat replaces the session_key',
      'phone-1>wechat wx.checkSession',
      LOGIN,
      'yaoshi>phone-1 200 registered',
    ]);
    await visit.picture('key-replaced');
  }));

test('a key that is replaced around a collection has the data collected again', () =>
  registered(async (visit) => {
    await visit.mischief('turn');
    assert.deepEqual(await visit.armed(), ['New key around the next collection']);
    await visit.picture('armed');
    assert.match(await visit.tap('phone-1', 'steps'), /decrypted/);
    const messages = await visit.messages();
    assert.ok(
      messages.some((line) => line.endsWith('[collect_again]')),
      messages.join('\n'),
    );
    assert.deepEqual(await visit.armed(), []);
  }));

test('sessions that expired are replaced by the next tap', () =>
  registered(async (visit) => {
    await visit.mischief('expire');
    assert.equal(await visit.tap('phone-1', 'refresh'), 'The profile is fresh.');
    const messages = await visit.messages();
    assert.ok(
      messages.some((line) => / 401 .*\[login_again\]$/.test(line)),
      messages.join('\n'),
    );
    assertInOrder(messages, [LOGIN, 'yaoshi>phone-1 200 registered']);
    await visit.picture('session-expired');
  }));

test('sessions that were ended behind the phone’s back are replaced by the next tap', () =>
  registered(async (visit) => {
    await visit.mischief('revoke');
    await visit.tap('phone-1', 'check');
    const messages = await visit.messages();
    assert.ok(
      messages.some((line) => / 401 .*\[login_again\]$/.test(line)),
      messages.join('\n'),
    );
    assert.equal(await visit.state('phone-1'), 'registered');
    await visit.picture('session-revoked');
  }));

test('where no phone has a session, none can expire', () =>
  visiting(async (visit) => {
    for (const deed of ['expire', 'revoke']) {
      await visit.mischief(deed);
      assert.equal((await visit.drawn()).at(-1), '· No phone has a session that could end');
    }
  }));

test('a code that somebody else used is replaced by another', () =>
  visiting(async (visit) => {
    await visit.mischief('code_twice');
    assert.deepEqual(await visit.armed(), ['Use the next code twice']);
    assert.equal(await visit.tap('phone-1', 'login'), 'Logged in.');
    assertInOrder(await visit.drawn(), [
      'phone-1>wechat wx.login',
      '· Somebody else sends this code first',
      'wechat>yaoshi session_key',
      LOGIN,
      'wechat>yaoshi errcode 40163',
      'yaoshi>phone-1 400 code_used [login_again]',
      'phone-1>wechat wx.login',
      LOGIN,
      'yaoshi>phone-1 200 unregistered',
    ]);
    await visit.picture('code-used-twice');
  }));

test('WeChat busy once is between the servers', () =>
  visiting(async (visit) => {
    await visit.mischief('busy_once');
    assert.deepEqual(await visit.armed(), ['Busy (−1) × 1']);
    assert.equal(await visit.tap('phone-1', 'login'), 'Logged in.');
    assertInOrder(await visit.messages(), [
      LOGIN,
      'wechat>yaoshi errcode -1',
      'yaoshi>wechat code2Session',
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
    ]);
    assert.deepEqual(await visit.armed(), []);
    await visit.picture('busy-once');
  }));

test('WeChat busy for longer has the phone send the same code again', () =>
  visiting(async (visit) => {
    await visit.mischief('busy_longer');
    assert.equal(await visit.tap('phone-1', 'login'), 'Logged in.');
    const messages = await visit.messages();
    const refused = messages.findIndex((line) => /^yaoshi>phone-1 503 wechat_.* \[retry/.test(line));
    assert.notEqual(refused, -1, messages.join('\n'));
    assertInOrder(messages.slice(refused), [
      LOGIN,
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
    ]);
    assert.equal(messages.filter((line) => line === 'phone-1>wechat wx.login').length, 1);
    assert.deepEqual(await visit.armed(), []);
    await visit.picture('busy-longer');
  }));

test('a used-up quota is waited for', () =>
  visiting(async (visit) => {
    await visit.page.clock.install();
    await visit.page.reload();
    await visit.ready();
    await visit.mischief('quota');
    await visit.press('phone-1', 'login');
    const refusal = visit.message('wechat_rate_limited');
    await refusal.waitFor();
    assert.equal(await textOf(refusal.locator('.verb')), 'retry · 60 s');
    assert.equal(await visit.told('phone-1'), 'Under way …');
    await visit.picture('quota');
    await visit.mischief('minutes');
    await visit.page.clock.fastForward('01:30');
    assert.equal(await visit.done('phone-1'), 'Logged in.');
  }));

test('a slow WeChat is waited for, and seen to be slow', () =>
  visiting(async (visit) => {
    await visit.mischief('slow');
    await visit.press('phone-1', 'login');
    await visit.message('code2Session').waitFor();
    assert.equal((await visit.messages()).at(-1), 'yaoshi>wechat code2Session');
    await visit.picture('slow');
    await visit.done('phone-1');
    assert.equal(await visit.state('phone-1'), 'unregistered');
  }));

test('the clock goes forward for both servers', () =>
  registered(async (visit) => {
    const shown = async () =>
      Date.parse((await visit.page.locator('#clock').getAttribute('datetime')) ?? 'nothing');
    const before = await shown();
    await visit.mischief('minutes');
    assert.ok((await shown()) - before >= 300_000);
    await visit.mischief('day');
    assert.ok((await shown()) - before >= 86_700_000);
    assert.equal(await visit.tap('phone-1', 'refresh'), 'The profile is fresh.');
    await visit.picture('clock-forward');
  }));

test('what is armed can be called off', () =>
  visiting(async (visit) => {
    for (const deed of ['turn', 'code_twice', 'busy_longer', 'quota', 'slow']) {
      await visit.mischief(deed);
    }
    assert.equal((await visit.armed()).length, 5);
    await visit.picture('everything-armed');
    await visit.page.locator('#disarm').click();
    await visit.page.locator('#nothing-armed').waitFor();
    assert.deepEqual(await visit.armed(), []);
    await visit.clear();
    await visit.tap('phone-1', 'login');
    assert.deepEqual(await visit.messages(), [
      'phone-1>wechat wx.login',
      'wechat>phone-1 login:ok',
      LOGIN,
      'yaoshi>wechat code2Session',
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
    ]);
  }));
