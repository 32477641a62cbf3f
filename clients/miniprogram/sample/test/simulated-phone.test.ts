import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Refusal } from './harness/mischief.js';
import { World } from './harness/world.js';

describe('a phone whose WeChat is the simulator', () => {
  const world = new World();
  /** DevTools' own login: a code that the server beside the simulator cannot know. */
  const taps = ['login', 'checkSession', 'getUserInfo', 'getWeRunData'].map((name) => new Refusal(name).tap);

  it('logs in, registers and reads steps without the real WeChat', async () => {
    const { sample } = await world.launch({ taps, simulator: world.wechat.url });
    await sample.screen.shows('已登录，尚未注册');
    sample.screen.tap('去注册');
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('注册');
    await sample.arrives('pages/home/home');
    await sample.screen.shows('小鱼');
    sample.screen.tap('微信运动');
    sample.screen.tap('读取步数');
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('is the same user after a restart', async () => {
    const phone = await world.launch({ taps, simulator: world.wechat.url });
    await phone.sample.screen.shows('已登录，尚未注册');
    const user = phone.wx.getStorageSync('simulated-user');
    assert.ok(user);
    const { sample, wx } = await world.launch({ again: phone, taps, simulator: world.wechat.url });
    await sample.screen.shows('已登录，尚未注册');
    assert.equal(wx.getStorageSync('simulated-user'), user);
  });

  it('becomes another user where the simulator does not know the former', async () => {
    const phone = await world.launch({ taps, simulator: world.wechat.url });
    await phone.sample.screen.shows('已登录，尚未注册');
    phone.wx.simulatedStorage.clear();
    phone.wx.setStorageSync('simulated-user', 'user-4711');
    const { sample, wx } = await world.launch({ again: phone, taps, simulator: world.wechat.url });
    await sample.screen.shows('已登录，尚未注册');
    assert.notEqual(wx.getStorageSync('simulated-user'), 'user-4711');
  });

  it('says so where the simulator is out of reach', async () => {
    const { sample } = await world.launch({ taps, simulator: 'http://127.0.0.1:1' });
    await sample.screen.shows('登录失败');
    assert.deepEqual(sample.screen.actions, ['再试一次']);
  });
});
