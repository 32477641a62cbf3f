import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network, onceBefore, Refusal } from './harness/faults.js';
import { Fixture, type Phone, type PhoneOptions } from './harness/fixture.js';

const PAY = 'requestVirtualPayment';

describe('the shop', () => {
  const fixture = new Fixture({ sells: true });

  const openPage = async (options: PhoneOptions = {}): Promise<Phone> => {
    const phone = await fixture.launchRegistered(options);
    phone.sample.screen.tap('商店');
    return phone;
  };
  const rotate = ({ userId }: Phone) => fixture.wechat.rotate(userId, fixture.yaoshi.appId);
  /** Counts the calls of `method` from now on. */
  const count = ({ wx }: Phone, method: string) => {
    let calls = 0;
    wx.intercept((call, proceed) => {
      calls += call.name === method ? 1 : 0;
      return proceed();
    });
    return () => calls;
  };

  it('sells', async () => {
    const { sample } = await openPage();
    assert.deepEqual(sample.screen.actions, ['购买宝剑，6.00 元', '购买盾牌，4.50 元']);
    sample.screen.tap('购买宝剑');
    await sample.screen.waitForText('支付成功');
    sample.screen.tap('购买盾牌');
    await sample.screen.waitForText('正在支付');
    await sample.screen.waitForText('支付成功');
  });

  it('sells once if the button is tapped twice', async () => {
    const phone = await openPage();
    const payments = count(phone, PAY);
    phone.sample.screen.tap('购买宝剑');
    phone.sample.screen.tap('购买宝剑');
    await phone.sample.screen.waitForText('支付成功');
    assert.equal(payments(), 1);
  });

  it('sells after a login if WeChat replaced the session_key earlier', async () => {
    const phone = await openPage();
    const [logins, payments] = [count(phone, 'login'), count(phone, PAY)];
    await rotate(phone);
    phone.sample.screen.tap('购买宝剑');
    await phone.sample.screen.waitForText('支付成功');
    assert.deepEqual([logins(), payments()], [1, 1]);
  });

  it('sells at the second attempt if WeChat replaces the session_key before the payment', async () => {
    const phone = await openPage();
    const [logins, payments] = [count(phone, 'login'), count(phone, PAY)];
    phone.wx.intercept(onceBefore(PAY, '', () => rotate(phone)));
    phone.sample.screen.tap('购买宝剑');
    await phone.sample.screen.waitForText('支付成功');
    assert.deepEqual([logins(), payments()], [1, 2]);
  });

  it('pays no more than twice', async () => {
    const phone = await openPage({ interceptors: [new Refusal(PAY, '', { errCode: -15005 }).interceptor] });
    const payments = count(phone, 'request');
    phone.sample.screen.tap('购买宝剑');
    await phone.sample.screen.waitForText('支付没有成功');
    assert.match(phone.sample.screen.alerts[0] ?? '', /错误码 -15005/);
    assert.equal(payments(), 3, 'two orders, and one check of the key');
  });

  it('does not pay again after any other error', async () => {
    const phone = await openPage({ interceptors: [new Refusal(PAY, '', { errCode: -15006 }).interceptor] });
    const requests = count(phone, 'request');
    phone.sample.screen.tap('购买宝剑');
    await phone.sample.screen.waitForText('错误码 -15006');
    assert.equal(requests(), 1);
  });

  it('says so if the user cancels the payment', async () => {
    const cancelled = new Refusal(PAY, 'cancel', { errCode: -2 });
    const { sample } = await openPage({ interceptors: [cancelled.interceptor] });
    sample.screen.tap('购买宝剑');
    await sample.screen.waitForText('已取消支付');
    assert.deepEqual(sample.screen.alerts, []);
    cancelled.lift();
    sample.screen.tap('购买宝剑');
    await sample.screen.waitForText('支付成功');
  });

  it('sells if the session was ended elsewhere', async () => {
    const phone = await openPage();
    await fixture.endAllSessions(phone.userId);
    phone.sample.screen.tap('购买宝剑');
    await phone.sample.screen.waitForText('支付成功');
  });

  it('says that there is no network, and sells once there is', async () => {
    const network = new Network();
    const { sample } = await openPage({ interceptors: [network.interceptor] });
    network.disconnect();
    sample.screen.tap('购买宝剑');
    await sample.screen.waitForText('网络不通');
    network.reconnect();
    sample.screen.tap('购买宝剑');
    await sample.screen.waitForText('支付成功');
  });
});
