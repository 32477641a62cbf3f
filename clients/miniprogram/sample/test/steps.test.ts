import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network, onceBefore, Refusal } from './harness/faults.js';
import { Fixture, type Phone, type PhoneOptions } from './harness/fixture.js';

const ROW = /^\d+月\d+日 周[日一二三四五六]，\d+ 步$/;

describe('the steps page', () => {
  const fixture = new Fixture();

  const openPage = async (options: PhoneOptions = {}): Promise<Phone> => {
    const phone = await fixture.launchRegistered(options);
    phone.sample.screen.tap('微信运动');
    return phone;
  };

  it('shows the steps of the last seven days, newest first', async () => {
    const { sample, userId } = await openPage();
    assert.deepEqual(sample.screen.labels, []);
    sample.screen.tap('读取步数');
    await sample.screen.waitForText('周');
    const rows = sample.screen.labels;
    assert.equal(rows.length, 7);
    for (const row of rows) {
      assert.match(row, ROW);
    }
    assert.deepEqual(rows, await expectedRows(userId));
  });

  /** The expected rows, from data that the server decrypts for another client. */
  const expectedRows = async (userId: string): Promise<string[]> => {
    const { token } = await fixture.loginElsewhere(userId, 'phone-1');
    const identity = { app_id: fixture.yaoshi.appId, user_id: userId };
    const { encryptedData, iv } = await fixture.wechat.phone('getWeRunData', identity);
    const response = await fetch(`${fixture.yaoshi.baseUrl}/v1/open-data`, {
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

  it('reads the steps if WeChat replaced the key earlier', async () => {
    const { sample, userId } = await openPage();
    await fixture.wechat.rotate(userId, fixture.yaoshi.appId);
    sample.screen.tap('读取步数');
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('reads the steps if WeChat replaces the key right before they are collected', async () => {
    let rotate = async () => {};
    const { sample, userId } = await openPage({
      interceptors: [onceBefore('getWeRunData', '', () => rotate())],
    });
    rotate = () => fixture.wechat.rotate(userId, fixture.yaoshi.appId);
    sample.screen.tap('读取步数');
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('reads the steps if the session was ended elsewhere', async () => {
    const { sample, userId } = await openPage();
    await fixture.endAllSessions(userId);
    sample.screen.tap('读取步数');
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('links to the settings if the user refused, and reads the steps once the user agrees there', async () => {
    const refusal = new Refusal('getWeRunData');
    const { sample } = await openPage({ interceptors: [refusal.interceptor] });
    sample.screen.tap('读取步数');
    await sample.screen.waitForText('没有获得微信运动的授权');
    assert.deepEqual(sample.screen.actions, ['打开设置', '读取步数']);
    refusal.lift();
    sample.screen.fireEvent('打开设置', 'opensetting', { authSetting: { 'scope.werun': true } });
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
    assert.deepEqual(sample.screen.alerts, []);
  });

  it('stays unchanged if the user changes nothing in the settings', async () => {
    const refusal = new Refusal('getWeRunData');
    const { sample } = await openPage({ interceptors: [refusal.interceptor] });
    sample.screen.tap('读取步数');
    await sample.screen.waitForText('没有获得微信运动的授权');
    sample.screen.fireEvent('打开设置', 'opensetting', { authSetting: { 'scope.werun': false } });
    assert.equal(sample.screen.alerts.length, 1);
    assert.deepEqual(sample.screen.labels, []);
  });

  it('says that WeChat returned no steps, as when the privacy guideline does not declare them', async () => {
    const refusal = new Refusal('getWeRunData', 'api scope is not declared in the privacy agreement');
    const { sample } = await openPage({ interceptors: [refusal.interceptor] });
    sample.screen.tap('读取步数');
    await sample.screen.waitForText('没有读到微信数据');
    assert.deepEqual(sample.screen.actions, ['再试一次', '读取步数']);
    refusal.lift();
    sample.screen.tap('再试一次');
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
  });

  it('says that there is no network, and reads the steps once there is', async () => {
    const network = new Network();
    const { sample } = await openPage({ interceptors: [network.interceptor] });
    network.disconnect();
    sample.screen.tap('读取步数');
    await sample.screen.waitForText('网络不通');
    network.reconnect();
    sample.screen.tap('再试一次');
    await sample.screen.waitUntil(() => sample.screen.labels.length === 7, 'seven days');
    assert.deepEqual(sample.screen.alerts, []);
  });
});
