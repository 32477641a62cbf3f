import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network } from './harness/faults.js';
import { Fixture, type Phone, type PhoneOptions } from './harness/fixture.js';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; PKG110) MicroMessenger/8.0.50';

/** The session id on the home page. */
const sessionIdOn = (home: string) => /会话 (\S+)/.exec(home)?.[1];

describe('the sessions page', () => {
  const fixture = new Fixture();

  const openPage = async (devices: readonly string[], options: PhoneOptions = {}) => {
    const phone: Phone = await fixture.launchRegistered(options);
    const tokens: string[] = [];
    for (const device of devices) {
      tokens.push((await fixture.loginElsewhere(phone.userId, device)).token);
    }
    const own = sessionIdOn(phone.sample.screen.text);
    phone.sample.screen.tap('登录的设备');
    await phone.sample.screen.waitForText('本机');
    return { ...phone, screen: phone.sample.screen, own, tokens };
  };
  const statuses = (tokens: readonly string[]) => Promise.all(tokens.map((token) => fixture.statusOf(token)));

  it('lists the devices and marks this one', async () => {
    const { screen } = await openPage([IPHONE, ANDROID]);
    assert.match(screen.text, /Android 手机 \d+月\d+日 \d\d:\d\d 登录.*iPhone \d+月.*其他设备 本机/);
    assert.equal(screen.actions.length, 3);
    assert.match(screen.actions[0] ?? '', /^退出 Android 手机，\d+月\d+日 \d\d:\d\d 登录$/);
  });

  it('offers no action if there is no other session', async () => {
    const { screen } = await openPage([]);
    assert.match(screen.text, /没有在其他设备登录/);
    assert.deepEqual(screen.actions, []);
  });

  it('ends the session of one device', async () => {
    const { screen, tokens } = await openPage([IPHONE, ANDROID]);
    screen.tap('退出 iPhone');
    await screen.waitForTextToDisappear('iPhone');
    assert.deepEqual(await statuses(tokens), [401, 200]);
    assert.match(screen.text, /Android 手机/);
  });

  it('ends all other sessions after a confirmation', async () => {
    const { screen, sample, own, tokens } = await openPage([IPHONE, ANDROID]);
    screen.tap('退出其他设备');
    assert.equal(sample.modal.title, '退出其他设备');
    sample.modal.answer(true);
    await screen.waitForText('没有在其他设备登录');
    assert.deepEqual(await statuses(tokens), [401, 401]);
    assert.match(screen.text, /本机/);
    sample.back();
    assert.match(sample.screen.text, /阿明 已登录/);
    assert.ok(own);
    assert.equal(sessionIdOn(sample.screen.text), own);
  });

  it('ends nothing if the user cancels', async () => {
    const requests: unknown[] = [];
    const { screen, sample, tokens, wx } = await openPage([IPHONE]);
    screen.tap('退出其他设备');
    wx.intercept((call, proceed) => {
      requests.push(call.options.url);
      return proceed();
    });
    sample.modal.answer(false);
    assert.deepEqual(await statuses(tokens), [200]);
    assert.deepEqual(requests, []);
    assert.match(screen.text, /iPhone/);
  });

  it('shows no error if the device has logged out already', async () => {
    const { screen, tokens, userId } = await openPage([IPHONE]);
    await fixture.endAllSessions(userId);
    assert.deepEqual(await statuses(tokens), [401]);
    screen.tap('退出 iPhone');
    await screen.waitForText('没有在其他设备登录');
    assert.deepEqual(screen.alerts, []);
  });

  it('lists the devices if the session here was ended elsewhere', async () => {
    const phone = await fixture.launchRegistered();
    await fixture.endAllSessions(phone.userId);
    phone.sample.screen.tap('登录的设备');
    await phone.sample.screen.waitForText('本机');
    assert.deepEqual(phone.sample.screen.alerts, []);
  });

  it('says that there is no network, and shows the list once there is', async () => {
    const network = new Network();
    const phone = await fixture.launchRegistered({ interceptors: [network.interceptor] });
    const { sample } = phone;
    network.disconnect();
    sample.screen.tap('登录的设备');
    await sample.screen.waitForText('网络不通');
    network.reconnect();
    sample.screen.tap('再试一次');
    await sample.screen.waitForText('本机');
    assert.deepEqual(sample.screen.alerts, []);
  });
});
