import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network, onceBefore, Refusal } from './harness/mischief.js';
import { type Phone, type PhoneOptions, World } from './harness/world.js';

const ROW = /^\d+月\d+日 周[日一二三四五六]，\d+ 步$/;

describe('the page of steps', () => {
  const world = new World();

  const opened = async (options: PhoneOptions = {}): Promise<Phone> => {
    const phone = await world.launchRegistered(options);
    phone.sample.screen.tap('微信运动');
    return phone;
  };

  it('shows the last seven days, the latest first, as WeChat counted them', async () => {
    const { sample, userId } = await opened();
    assert.deepEqual(sample.screen.labels, []);
    sample.screen.tap('读取步数');
    await sample.screen.shows('周');
    const rows = sample.screen.labels;
    assert.equal(rows.length, 7);
    for (const row of rows) {
      assert.match(row, ROW);
    }
    assert.deepEqual(rows, await counted(userId));
  });

  /** The same days, decrypted by the server for another client. */
  const counted = async (userId: string): Promise<string[]> => {
    const { token } = await world.elsewhere(userId, 'phone-1');
    const identity = { app_id: world.yaoshi.appId, user_id: userId };
    const { encryptedData, iv } = await world.wechat.phone('getWeRunData', identity);
    const response = await fetch(`${world.yaoshi.baseUrl}/v1/open-data`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ encrypted_data: encryptedData, iv }),
    });
    const { data } = (await response.json()) as {
      data: { stepInfoList: { timestamp: number; step: number }[] };
    };
    const days = data.stepInfoList.sort((a, b) => b.timestamp - a.timestamp).slice(0, 7);
    return days.map(({ timestamp, step }) => {
      const date = new Date(timestamp * 1000);
      const weekday = new Intl.DateTimeFormat('zh-CN', { weekday: 'short' }).format(date);
      return `${date.getMonth() + 1}月${date.getDate()}日 ${weekday}，${step} 步`;
    });
  };

  it('reads them although WeChat replaced the key', async () => {
    const { sample, userId } = await opened();
    await world.wechat.rotate(userId, world.yaoshi.appId);
    sample.screen.tap('读取步数');
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('reads them although WeChat replaces the key right before they are collected', async () => {
    let rotate = async () => {};
    const { sample, userId } = await opened({ taps: [onceBefore('getWeRunData', '', () => rotate())] });
    rotate = () => world.wechat.rotate(userId, world.yaoshi.appId);
    sample.screen.tap('读取步数');
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('reads them although the session was ended elsewhere', async () => {
    const { sample, userId } = await opened();
    await world.endAll(userId);
    sample.screen.tap('读取步数');
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('leads to the settings where the user refused, and reads once they agreed there', async () => {
    const refusal = new Refusal('getWeRunData');
    const { sample } = await opened({ taps: [refusal.tap] });
    sample.screen.tap('读取步数');
    await sample.screen.shows('没有获得微信运动的授权');
    assert.deepEqual(sample.screen.actions, ['打开设置', '读取步数']);
    refusal.changeOfMind();
    sample.screen.answer('打开设置', 'opensetting', { authSetting: { 'scope.werun': true } });
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
    assert.deepEqual(sample.screen.alerts, []);
  });

  it('stays where it is when the user comes back from the settings as they went', async () => {
    const refusal = new Refusal('getWeRunData');
    const { sample } = await opened({ taps: [refusal.tap] });
    sample.screen.tap('读取步数');
    await sample.screen.shows('没有获得微信运动的授权');
    sample.screen.answer('打开设置', 'opensetting', { authSetting: { 'scope.werun': false } });
    assert.equal(sample.screen.alerts.length, 1);
    assert.deepEqual(sample.screen.labels, []);
  });

  it('says that WeChat gave no steps, as to a Mini Program whose privacy guideline does not name them', async () => {
    const refusal = new Refusal('getWeRunData', 'api scope is not declared in the privacy agreement');
    const { sample } = await opened({ taps: [refusal.tap] });
    sample.screen.tap('读取步数');
    await sample.screen.shows('没有读到微信数据');
    assert.deepEqual(sample.screen.actions, ['再试一次', '读取步数']);
    refusal.changeOfMind();
    sample.screen.tap('再试一次');
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('says that there is no network, and reads when there is', async () => {
    const network = new Network();
    const { sample } = await opened({ taps: [network.tap] });
    network.cut();
    sample.screen.tap('读取步数');
    await sample.screen.shows('网络不通');
    network.mend();
    sample.screen.tap('再试一次');
    await sample.screen.until(() => sample.screen.labels.length === 7, 'seven days');
    assert.deepEqual(sample.screen.alerts, []);
  });
});
