import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network } from './harness/mischief.js';
import { type Phone, type PhoneOptions, World } from './harness/world.js';

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50';
const ANDROID = 'Mozilla/5.0 (Linux; Android 15; PKG110) MicroMessenger/8.0.50';

/** The session that the home page names. */
const sessionOn = (home: string) => /会话 (\S+)/.exec(home)?.[1];

describe('the page of sessions', () => {
  const world = new World();

  const opened = async (devices: readonly string[], options: PhoneOptions = {}) => {
    const phone: Phone = await world.launchRegistered(options);
    const tokens: string[] = [];
    for (const device of devices) {
      tokens.push((await world.elsewhere(phone.userId, device)).token);
    }
    const own = sessionOn(phone.sample.screen.text);
    phone.sample.screen.tap('登录的设备');
    await phone.sample.screen.shows('本机');
    return { ...phone, screen: phone.sample.screen, own, tokens };
  };
  const statuses = (tokens: readonly string[]) => Promise.all(tokens.map((token) => world.statusOf(token)));

  it('lists the devices, and marks this one', async () => {
    const { screen } = await opened([IPHONE, ANDROID]);
    assert.match(screen.text, /Android 手机 \d+月\d+日 \d\d:\d\d 登录.*iPhone \d+月.*其他设备 本机/);
    assert.equal(screen.actions.length, 3);
    assert.match(screen.actions[0] ?? '', /^退出 Android 手机，\d+月\d+日 \d\d:\d\d 登录$/);
  });

  it('ends nothing where there is nothing to end', async () => {
    const { screen } = await opened([]);
    assert.match(screen.text, /没有在其他设备登录/);
    assert.deepEqual(screen.actions, []);
  });

  it('ends the session of one device', async () => {
    const { screen, tokens } = await opened([IPHONE, ANDROID]);
    screen.tap('退出 iPhone');
    await screen.hides('iPhone');
    assert.deepEqual(await statuses(tokens), [401, 200]);
    assert.match(screen.text, /Android 手机/);
  });

  it('ends all other sessions once the user confirmed it', async () => {
    const { screen, sample, own, tokens } = await opened([IPHONE, ANDROID]);
    screen.tap('退出其他设备');
    assert.equal(sample.question.title, '退出其他设备');
    sample.question.answer(true);
    await screen.shows('没有在其他设备登录');
    assert.deepEqual(await statuses(tokens), [401, 401]);
    assert.match(screen.text, /本机/);
    sample.back();
    assert.match(sample.screen.text, /阿明 已登录/);
    assert.ok(own);
    assert.equal(sessionOn(sample.screen.text), own);
  });

  it('ends nothing where the user thought better of it', async () => {
    const requests: unknown[] = [];
    const { screen, sample, tokens, wx } = await opened([IPHONE]);
    screen.tap('退出其他设备');
    wx.tap((call, proceed) => {
      requests.push(call.options.url);
      return proceed();
    });
    sample.question.answer(false);
    assert.deepEqual(await statuses(tokens), [200]);
    assert.deepEqual(requests, []);
    assert.match(screen.text, /iPhone/);
  });

  it('is no failure where the device has logged out meanwhile', async () => {
    const { screen, tokens, userId } = await opened([IPHONE]);
    await world.endAll(userId);
    assert.deepEqual(await statuses(tokens), [401]);
    screen.tap('退出 iPhone');
    await screen.shows('没有在其他设备登录');
    assert.deepEqual(screen.alerts, []);
  });

  it('lists the devices although the session here was ended elsewhere', async () => {
    const phone = await world.launchRegistered();
    await world.endAll(phone.userId);
    phone.sample.screen.tap('登录的设备');
    await phone.sample.screen.shows('本机');
    assert.deepEqual(phone.sample.screen.alerts, []);
  });

  it('says that there is no network, and shows the list when there is', async () => {
    const network = new Network();
    const phone = await world.launchRegistered({ taps: [network.tap] });
    const { sample } = phone;
    network.cut();
    sample.screen.tap('登录的设备');
    await sample.screen.shows('网络不通');
    network.mend();
    sample.screen.tap('再试一次');
    await sample.screen.shows('本机');
    assert.deepEqual(sample.screen.alerts, []);
  });
});
