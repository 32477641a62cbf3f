import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CODE_TO_SESSION } from 'yaoshi-testing';
import { Network } from './harness/faults.js';
import { Fixture } from './harness/fixture.js';

describe('the home page', () => {
  const fixture = new Fixture();

  it('logs in at launch and links to the registration', async () => {
    const { sample } = await fixture.launch();
    await sample.screen.waitForText('已登录，尚未注册');
    assert.match(sample.screen.text, /会话 \S+/);
    assert.deepEqual(sample.screen.actions, ['去注册', '用手机号注册', '退出登录']);
    sample.screen.tap('去注册');
    assert.equal(sample.path, 'pages/register/register');
  });

  it('shows the progress of the login', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { sample } = await fixture.launch({
      interceptors: [
        async (call, proceed) => {
          if (call.name === 'login') {
            await released;
          }
          return proceed();
        },
      ],
    });
    await sample.screen.waitForText('正在登录');
    assert.deepEqual(sample.screen.actions, []);
    release();
    await sample.screen.waitForText('已登录，尚未注册');
  });

  it('shows the user, and links to the other pages', async () => {
    const { sample } = await fixture.launchRegistered({ shop: 'https://shop.example.com' });
    assert.match(sample.screen.text, /阿明 已登录/);
    assert.deepEqual(sample.screen.actions, [
      '修改资料',
      '手机号',
      '微信运动',
      '商店',
      '登录的设备',
      '退出登录',
    ]);
    for (const [link, path] of [
      ['修改资料', 'pages/register/register'],
      ['手机号', 'pages/phone/phone'],
      ['微信运动', 'pages/steps/steps'],
      ['商店', 'pages/shop/shop'],
      ['登录的设备', 'pages/sessions/sessions'],
    ] as const) {
      sample.screen.tap(link);
      assert.equal(sample.path, path);
      sample.back();
    }
  });

  it('has no shop where no back end sells', async () => {
    const { sample } = await fixture.launchRegistered();
    assert.deepEqual(sample.screen.actions, ['修改资料', '手机号', '微信运动', '登录的设备', '退出登录']);
  });

  it('shows the user after a restart without another exchange', async () => {
    const phone = await fixture.launchRegistered();
    await fixture.wechat.clearCalls();
    const { sample } = await fixture.launch({ relaunch: phone });
    await sample.screen.waitForText('阿明');
    assert.equal((await fixture.wechat.calls(CODE_TO_SESSION)).total, 0);
  });

  it('shows why a login failed, and tries again', async () => {
    await fixture.wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'errcode', errcode: 40164 }]);
    const { sample } = await fixture.launch();
    await sample.screen.waitForText('登录失败');
    const [alert] = sample.screen.alerts;
    assert.match(alert ?? '', /服务暂时不可用.*请求编号 \S+/);
    assert.deepEqual(sample.screen.actions, ['再试一次']);
    await fixture.wechat.clearFaults();
    // The calls of an app that WeChat refuses are paused for so long.
    await fixture.wechat.advance(10);
    sample.screen.tap('再试一次');
    await sample.screen.waitForText('已登录，尚未注册');
    assert.deepEqual(sample.screen.alerts, []);
  });

  it('offers no retry to a user whom WeChat blocks', async () => {
    const userId = await fixture.wechat.createUser({ high_risk: true });
    const { sample } = await fixture.launch({ userId });
    await sample.screen.waitForText('该账号不能登录');
    assert.deepEqual(sample.screen.actions, []);
  });

  it('recovers when the network is back', async () => {
    const network = new Network();
    network.disconnect();
    const { sample } = await fixture.launch({ interceptors: [network.interceptor] });
    await sample.screen.waitForText('网络不通');
    network.reconnect();
    sample.screen.tap('再试一次');
    await sample.screen.waitForText('已登录，尚未注册');
  });

  it('logs out and in again', async () => {
    const { sample } = await fixture.launchRegistered();
    sample.screen.tap('退出登录');
    await sample.screen.waitForText('未登录');
    assert.deepEqual(sample.screen.actions, ['登录']);
    sample.screen.tap('登录');
    await sample.screen.waitForText('阿明');
  });

  it('logs in again on return to the foreground if its session was ended elsewhere', async () => {
    const { sample, userId } = await fixture.launchRegistered();
    const session = /会话 (\S+)/;
    const before = session.exec(sample.screen.text)?.[1];
    await fixture.endAllSessions(userId);
    sample.show();
    await sample.screen.waitUntil(() => {
      const now = session.exec(sample.screen.text)?.[1];
      return now !== undefined && now !== before;
    }, 'a new session');
    await sample.screen.waitForText('阿明');
  });
});
