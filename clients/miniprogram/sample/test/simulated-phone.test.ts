import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { onceBefore, Refusal } from './harness/faults.js';
import { Fixture } from './harness/fixture.js';

describe('the sample with the simulator in place of WeChat', () => {
  const fixture = new Fixture({ sells: true });
  /** Fails the calls to WeChat, whose codes the server would not accept either. */
  const interceptors = [
    'login',
    'checkSession',
    'getUserInfo',
    'getWeRunData',
    'getPhoneNumber',
    'requestVirtualPayment',
  ].map((name) => new Refusal(name).interceptor);

  it('logs in, registers and reads steps without the real WeChat', async () => {
    const { sample } = await fixture.launch({ interceptors, simulator: fixture.wechat.url });
    await sample.screen.waitForText('已登录，尚未注册');
    sample.screen.tap('去注册');
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('注册');
    await sample.waitForPage('pages/home/home');
    await sample.screen.waitForText('小鱼');
    sample.screen.tap('微信运动');
    sample.screen.tap('读取步数');
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('registers by phone and pays without the real WeChat', async () => {
    const { sample } = await fixture.launch({ interceptors, simulator: fixture.wechat.url });
    await sample.screen.waitForText('已登录，尚未注册');
    sample.screen.tap('用手机号注册');
    sample.screen.tap('注册');
    await sample.waitForPage('pages/home/home');
    await sample.screen.waitForText('未填写昵称');
    sample.screen.tap('手机号');
    await sample.screen.waitForText('+86 138');
    sample.back();
    sample.screen.tap('商店');
    sample.screen.tap('购买宝剑');
    await sample.screen.waitForText('支付成功');
  });

  it('recovers from a session_key that turned, without the real WeChat', async () => {
    const { sample, wx } = await fixture.launch({ interceptors, simulator: fixture.wechat.url });
    await sample.screen.waitForText('已登录，尚未注册');
    sample.screen.tap('去注册');
    sample.screen.tap('注册');
    await sample.waitForPage('pages/home/home');
    await sample.screen.waitForText('商店');
    const user = String(wx.getStorageSync('simulated-user'));
    wx.intercept(
      onceBefore('request', '/sim/wx/requestVirtualPayment', () =>
        fixture.wechat.rotate(user, fixture.yaoshi.appId),
      ),
    );
    sample.screen.tap('商店');
    sample.screen.tap('购买盾牌');
    await sample.screen.waitForText('支付成功');
  });

  it('keeps its user across a restart', async () => {
    const phone = await fixture.launch({ interceptors, simulator: fixture.wechat.url });
    await phone.sample.screen.waitForText('已登录，尚未注册');
    const user = phone.wx.getStorageSync('simulated-user');
    assert.ok(user);
    const { sample, wx } = await fixture.launch({
      relaunch: phone,
      interceptors,
      simulator: fixture.wechat.url,
    });
    await sample.screen.waitForText('已登录，尚未注册');
    assert.equal(wx.getStorageSync('simulated-user'), user);
  });

  it('gets a new user if the simulator does not know the old one', async () => {
    const phone = await fixture.launch({ interceptors, simulator: fixture.wechat.url });
    await phone.sample.screen.waitForText('已登录，尚未注册');
    phone.wx.simulatedStorage.clear();
    phone.wx.setStorageSync('simulated-user', 'user-4711');
    const { sample, wx } = await fixture.launch({
      relaunch: phone,
      interceptors,
      simulator: fixture.wechat.url,
    });
    await sample.screen.waitForText('已登录，尚未注册');
    assert.notEqual(wx.getStorageSync('simulated-user'), 'user-4711');
  });

  it('reports that the simulator is unreachable', async () => {
    const { sample } = await fixture.launch({ interceptors, simulator: 'http://127.0.0.1:1' });
    await sample.screen.waitForText('登录失败');
    assert.deepEqual(sample.screen.actions, ['再试一次']);
  });
});
