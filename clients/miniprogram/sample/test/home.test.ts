import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CODE_TO_SESSION } from 'yaoshi-testing';
import { Network } from './harness/mischief.js';
import { World } from './harness/world.js';

describe('the home page', () => {
  const world = new World();

  it('logs in at launch and leads to the registration', async () => {
    const { sample } = await world.launch();
    await sample.screen.shows('已登录，尚未注册');
    assert.match(sample.screen.text, /会话 \S+/);
    assert.deepEqual(sample.screen.actions, ['去注册', '退出登录']);
    sample.screen.tap('去注册');
    assert.equal(sample.path, 'pages/register/register');
  });

  it('says what goes on until the login is done', async () => {
    let arrive = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const { sample } = await world.launch({
      taps: [
        async (call, proceed) => {
          if (call.name === 'login') {
            await arrived;
          }
          return proceed();
        },
      ],
    });
    await sample.screen.shows('正在登录');
    assert.deepEqual(sample.screen.actions, []);
    arrive();
    await sample.screen.shows('已登录，尚未注册');
  });

  it('shows a user, and leads to the other pages', async () => {
    const { sample } = await world.launchRegistered();
    assert.match(sample.screen.text, /阿明 已登录/);
    assert.deepEqual(sample.screen.actions, ['修改资料', '微信运动', '登录的设备', '退出登录']);
    for (const [link, path] of [
      ['修改资料', 'pages/register/register'],
      ['微信运动', 'pages/steps/steps'],
      ['登录的设备', 'pages/sessions/sessions'],
    ] as const) {
      sample.screen.tap(link);
      assert.equal(sample.path, path);
      sample.back();
    }
  });

  it('knows the user after a restart without another exchange', async () => {
    const phone = await world.launchRegistered();
    await world.wechat.clearCalls();
    const { sample } = await world.launch({ again: phone });
    await sample.screen.shows('阿明');
    assert.equal((await world.wechat.calls(CODE_TO_SESSION)).total, 0);
  });

  it('shows why a login failed, and tries again', async () => {
    await world.wechat.setFaults([{ endpoint: CODE_TO_SESSION, kind: 'errcode', errcode: 40164 }]);
    const { sample } = await world.launch();
    await sample.screen.shows('登录失败');
    const [alert] = sample.screen.alerts;
    assert.match(alert ?? '', /服务暂时不可用.*请求编号 \S+/);
    assert.deepEqual(sample.screen.actions, ['再试一次']);
    await world.wechat.clearFaults();
    sample.screen.tap('再试一次');
    await sample.screen.shows('已登录，尚未注册');
    assert.deepEqual(sample.screen.alerts, []);
  });

  it('leaves nothing to try to somebody whom WeChat blocks', async () => {
    const userId = await world.wechat.createUser({ high_risk: true });
    const { sample } = await world.launch({ userId });
    await sample.screen.shows('该账号不能登录');
    assert.deepEqual(sample.screen.actions, []);
  });

  it('finds the way on when the network is back', async () => {
    const network = new Network();
    network.cut();
    const { sample } = await world.launch({ taps: [network.tap] });
    await sample.screen.shows('网络不通');
    network.mend();
    sample.screen.tap('再试一次');
    await sample.screen.shows('已登录，尚未注册');
  });

  it('logs out, and in again', async () => {
    const { sample } = await world.launchRegistered();
    sample.screen.tap('退出登录');
    await sample.screen.shows('未登录');
    assert.deepEqual(sample.screen.actions, ['登录']);
    sample.screen.tap('登录');
    await sample.screen.shows('阿明');
  });

  it('logs in anew when it comes to the foreground after its session was ended elsewhere', async () => {
    const { sample, userId } = await world.launchRegistered();
    const session = /会话 (\S+)/;
    const before = session.exec(sample.screen.text)?.[1];
    await world.endAll(userId);
    sample.show();
    await sample.screen.until(() => {
      const now = session.exec(sample.screen.text)?.[1];
      return now !== undefined && now !== before;
    }, 'another session');
    await sample.screen.shows('阿明');
  });
});
