import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPage } from './fixture.js';
import { assertInOrder, type PlaygroundPage, textOf } from './page.js';

const LOGIN = 'phone-1>yaoshi POST /v1/login';

const UNDISTURBED_LOGIN = [
  'phone-1>wechat wx.login',
  'wechat>phone-1 login:ok',
  LOGIN,
  'yaoshi>wechat code2Session',
  'wechat>yaoshi session_key',
  'yaoshi>phone-1 200 unregistered',
];

/** Runs a test with the first phone registered and the diagram cleared. */
function withRegisteredPhone(test: (page: PlaygroundPage) => Promise<void>): Promise<void> {
  return withPage(async (page) => {
    await page.tap('phone-1', 'register');
    await page.clear();
    await test(page);
  });
}

test('a replaced key is noticed before data is sent', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('rotate');
    assert.equal(await page.tap('phone-1', 'check'), 'The session_key had expired; logged in again.');
    assertInOrder(await page.diagram(), [
      '· WeChat replaces the session_key',
      'phone-1>wechat wx.checkSession',
      LOGIN,
      'yaoshi>phone-1 200 registered',
    ]);
    await page.screenshot('key-replaced');
  }));

test('a key replaced around a collection makes the client collect again', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('rotate_around_collection');
    assert.deepEqual(await page.armed(), ['Replace around the next collection']);
    await page.screenshot('armed');
    assert.match(await page.tap('phone-1', 'steps'), /decrypted/);
    const messages = await page.messages();
    assert.ok(
      messages.some((line) => line.endsWith('[collect_again]')),
      messages.join('\n'),
    );
    assert.deepEqual(await page.armed(), []);
  }));

test('the next action replaces an expired session', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('expire');
    assert.equal(
      await page.knownFrom('phone-1', 'session_expired'),
      'session ended: Yaoshi tells this page: session_expired. The phone has not noticed',
    );
    assert.equal(await page.tap('phone-1', 'refresh'), 'Profile refreshed.');
    const messages = await page.messages();
    assert.ok(
      messages.some((line) => / 401 .*\[login_again\]$/.test(line)),
      messages.join('\n'),
    );
    assertInOrder(messages, [LOGIN, 'yaoshi>phone-1 200 registered']);
    await page.screenshot('session-expired');
  }));

test('the next action replaces a session that the server ended', () =>
  withRegisteredPhone(async (page) => {
    await page.triggerFault('revoke');
    assert.equal(
      await page.knownFrom('phone-1', 'session_revoked'),
      'session ended: Yaoshi tells this page: session_revoked. The phone has not noticed',
    );
    assert.match(String(await page.reasonAgainst('#phone-1 [data-action="login"]')), /^The client still/);
    assert.equal(await page.reasonAgainst('[data-fault="faults.revoke"]'), 'No phone has a valid session.');
    await page.screenshot('session-ended');
    assert.equal(await page.tap('phone-1', 'check'), 'Yaoshi had ended the session; logged in again.');
    const messages = await page.messages();
    assert.ok(
      messages.some((line) => / 401 .*\[login_again\]$/.test(line)),
      messages.join('\n'),
    );
    assert.equal(await page.state('phone-1'), 'registered');
    await page.screenshot('session-revoked');
  }));

test('a use of the session postpones its end, and it still expires', () =>
  withRegisteredPhone(async (page) => {
    for (let day = 0; day < 3; day++) {
      await page.triggerFault('day');
      await page.tap('phone-1', 'refresh');
    }
    await page.triggerFault('expire');
    await page.knownFrom('phone-1', 'session_expired');
  }));

test('faults that make no sense cannot be injected', () =>
  withPage(async (page) => {
    const reasonAgainst = (fault: string) => page.reasonAgainst(`[data-fault="faults.${fault}"]`);
    assert.equal(await reasonAgainst('rotate'), 'There is no session_key yet: log in first.');
    for (const fault of ['expire', 'revoke']) {
      assert.equal(await reasonAgainst(fault), 'No phone has a valid session.');
    }
    assert.equal(await page.reasonAgainst('#disarm'), 'No fault is armed.');
    await page.tap('phone-1', 'login');
    for (const fault of ['rotate', 'expire', 'revoke', 'code_twice', 'rotate_around_collection']) {
      assert.equal(await reasonAgainst(fault), undefined, fault);
    }
    for (const fault of ['code_twice', 'rotate_around_collection']) {
      await page.triggerFault(fault);
      assert.equal(await reasonAgainst(fault), 'Armed already.');
    }
    assert.equal(await page.reasonAgainst('#disarm'), undefined);
    await page.tap('phone-1', 'logout');
    assert.equal(await reasonAgainst('revoke'), 'No phone has a valid session.');
  }));

test('a code that another client used is replaced by a new one', () =>
  withPage(async (page) => {
    await page.triggerFault('code_twice');
    assert.deepEqual(await page.armed(), ['Use the next code twice']);
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    assertInOrder(await page.diagram(), [
      'phone-1>wechat wx.login',
      '· Another client sends this code first',
      'wechat>yaoshi session_key',
      LOGIN,
      'wechat>yaoshi errcode 40163',
      'yaoshi>phone-1 400 code_used [login_again]',
      'phone-1>wechat wx.login',
      LOGIN,
      'yaoshi>phone-1 200 unregistered',
    ]);
    await page.screenshot('code-used-twice');
  }));

test('the server retries when WeChat is busy once', () =>
  withPage(async (page) => {
    await page.triggerFault('busy_once');
    assert.deepEqual(await page.armed(), ['Busy (−1) × 1']);
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    assertInOrder(await page.messages(), [
      LOGIN,
      'wechat>yaoshi errcode -1',
      'yaoshi>wechat code2Session',
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
    ]);
    assert.deepEqual(await page.armed(), []);
    await page.screenshot('busy-once');
  }));

test('the phone sends the same code again when WeChat is busy for longer', () =>
  withPage(async (page) => {
    await page.triggerFault('busy_longer');
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    const messages = await page.messages();
    const refused = messages.findIndex((line) => /^yaoshi>phone-1 503 wechat_.* \[retry/.test(line));
    assert.notEqual(refused, -1, messages.join('\n'));
    assertInOrder(messages.slice(refused), [
      LOGIN,
      'wechat>yaoshi session_key',
      'yaoshi>phone-1 200 unregistered',
    ]);
    assert.equal(messages.filter((line) => line === 'phone-1>wechat wx.login').length, 1);
    assert.deepEqual(await page.armed(), []);
    await page.screenshot('busy-longer');
  }));

test('the phone waits out WeChat’s rate limit', () =>
  withPage(async (page) => {
    await page.browserPage.clock.install();
    await page.browserPage.reload();
    await page.whenReady();
    await page.triggerFault('quota');
    await page.click('phone-1', 'login');
    const refusal = page.message('wechat_rate_limited');
    await refusal.waitFor();
    assert.match(await textOf(refusal.locator('.verb')), /^retry · \d+ s$/);
    assert.equal(await page.outcome('phone-1'), 'In progress …');
    await page.screenshot('quota');
    const timer = page.phone('phone-1').getByRole('timer');
    const countdown = async () =>
      Number(/^Next attempt in (\d+) s, or up to \d+ s/.exec(await textOf(timer))?.[1]);
    const before = await countdown();
    assert.ok(before <= 60, String(before));
    await page.browserPage.clock.fastForward(before * 500);
    const after = await countdown();
    assert.ok(after > 0 && after < before, `${before}, then ${after}`);
    await page.triggerFault('minutes');
    await page.browserPage.clock.fastForward('01:30');
    assert.equal(await page.whenIdle('phone-1'), 'Logged in.');
    assert.ok(await timer.isHidden());
  }));

/** A note without the time that the page measured, which depends on the machine. */
function withoutSeconds(line: string): string {
  return line.replace(/ for \d+ s:/, ':');
}

test('the server gives a slow call to WeChat up, and calls once more', () =>
  withPage(async (page) => {
    await page.triggerFault('slow');
    await page.click('phone-1', 'login');
    await page.message('code2Session').waitFor();
    assert.equal((await page.messages()).at(-1), 'yaoshi>wechat code2Session');
    await page.whenIdle('phone-1');
    const diagram = await page.diagram();
    assertInOrder(diagram.map(withoutSeconds), [
      LOGIN,
      'yaoshi>wechat code2Session',
      '· No response: Yaoshi gives this call up and calls once more',
      'yaoshi>wechat code2Session',
    ]);
    await page.screenshot('slow');
    assert.equal(await page.state('phone-1'), 'unregistered');
  }));

test('the diagram shows that the server gave up both tries', () =>
  withPage(async (page) => {
    await page.triggerFault('slow');
    await page.triggerFault('slow');
    assert.equal(await page.tap('phone-1', 'login'), 'Logged in.');
    const diagram = await page.diagram();
    assertInOrder(diagram.map(withoutSeconds), [
      LOGIN,
      '· No response: Yaoshi gives this call up and calls once more',
      'yaoshi>wechat code2Session',
      '· No response: Yaoshi gives this call up',
      LOGIN,
      'yaoshi>phone-1 200 unregistered',
    ]);
  }));

test('the clock advances for both servers', () =>
  withRegisteredPhone(async (page) => {
    const shown = async () =>
      Date.parse((await page.browserPage.locator('#clock').getAttribute('datetime')) ?? 'nothing');
    const before = await shown();
    await page.triggerFault('minutes');
    assert.ok((await shown()) - before >= 300_000);
    await page.triggerFault('day');
    assert.ok((await shown()) - before >= 86_700_000);
    assert.equal(await page.tap('phone-1', 'refresh'), 'Profile refreshed.');
    await page.screenshot('clock-forward');
  }));

test('armed faults can be disarmed one by one', () =>
  withPage(async (page) => {
    for (const fault of ['code_twice', 'busy_once', 'quota', 'slow']) {
      await page.triggerFault(fault);
    }
    await page.disarm('Rate limit reached (45011) × 1');
    await page.note('Disarmed: Rate limit reached (45011)').waitFor();
    assert.deepEqual(await page.armed(), ['Use the next code twice', 'Busy (−1) × 1', 'Delay of 3 s × 1']);
    const focused = () => page.browserPage.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    assert.equal(await focused(), 'Disarm: Delay of 3 s × 1');
    await page.disarm('Use the next code twice');
    assert.equal(await focused(), 'Disarm: Busy (−1) × 1');
    await page.browserPage.keyboard.press('Enter');
    await page.note('Disarmed: Busy (−1)').waitFor();
    await page.browserPage.keyboard.press('Enter');
    await page.note('Disarmed: Delay of 3 s').waitFor();
    assert.deepEqual(await page.armed(), []);
    assert.equal(await page.browserPage.evaluate(() => document.activeElement?.id), 'disarm');
    await page.clear();
    await page.tap('phone-1', 'login');
    assert.deepEqual(await page.messages(), UNDISTURBED_LOGIN);
  }));

test('all armed faults can be disarmed at once', () =>
  withPage(async (page) => {
    for (const fault of ['rotate_around_collection', 'code_twice', 'busy_longer', 'quota', 'slow']) {
      await page.triggerFault(fault);
    }
    assert.equal((await page.armed()).length, 5);
    await page.screenshot('everything-armed');
    await page.browserPage.locator('#disarm').click();
    await page.browserPage.locator('#nothing-armed').waitFor();
    assert.deepEqual(await page.armed(), []);
    await page.clear();
    await page.tap('phone-1', 'login');
    assert.deepEqual(await page.messages(), UNDISTURBED_LOGIN);
  }));
