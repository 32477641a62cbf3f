import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Interceptor, WxFailure } from 'simulated-wx';
import { PHONE_NUMBER } from 'yaoshi-testing';
import { Network, Refusal } from './harness/faults.js';
import { Fixture, type Phone, type PhoneOptions } from './harness/fixture.js';

/** Loses the response to the next request whose URL ends with `path`, `times` times. */
function loseResponses(path: string, times: number): Interceptor {
  let remaining = times;
  return async (call, proceed) => {
    const result = await proceed();
    if (String(call.options.url ?? '').endsWith(path) && remaining-- > 0) {
      throw new WxFailure('request:fail timeout');
    }
    return result;
  };
}

describe('the phone page', () => {
  const fixture = new Fixture();

  /** Taps WeChat's phone button. */
  const tap = async ({ sample, wx }: Phone, name: string) => {
    sample.screen.tap(name);
    sample.screen.fireEvent(name, 'getphonenumber', { ...(await wx.tapPhoneButton()) });
  };
  const openAsStranger = async (options: PhoneOptions = {}) => {
    const phone = await fixture.launch(options);
    await phone.sample.screen.waitForText('尚未注册');
    phone.sample.screen.tap('用手机号注册');
    return phone;
  };
  const openAsUser = async (options: PhoneOptions = {}) => {
    const phone = await fixture.launchRegistered(options);
    phone.sample.screen.tap('手机号');
    return phone;
  };
  const billed = async () => (await fixture.wechat.calls(PHONE_NUMBER)).billed;

  it('registers a stranger, and shows the number', async () => {
    const userId = await fixture.wechat.createUser({ phone_number: '13900000001' });
    const phone = await openAsStranger({ userId });
    const { sample } = phone;
    assert.deepEqual(sample.screen.actions, ['注册']);
    await tap(phone, '注册');
    await sample.waitForPage('pages/home/home');
    await sample.screen.waitForText('未填写昵称');
    sample.screen.tap('手机号');
    await sample.screen.waitForText(/\+86 139 0000 0001 绑定于 \d+月\d+日/);
    assert.deepEqual(sample.screen.actions, ['更换手机号', '解绑手机号']);
  });

  it('binds and removes the number of a user', async () => {
    const phone = await openAsUser();
    const { sample } = phone;
    await sample.screen.waitForText('没有绑定手机号');
    assert.deepEqual(sample.screen.actions, ['绑定手机号']);
    await tap(phone, '绑定手机号');
    await sample.screen.waitForText('+86 138');
    assert.deepEqual(sample.screen.actions, ['更换手机号', '解绑手机号']);
    sample.screen.tap('解绑手机号');
    sample.modal.answer(false);
    assert.ok(sample.screen.shows('+86 138'));
    sample.screen.tap('解绑手机号');
    assert.match(sample.modal.content, /重新绑定/);
    sample.modal.answer(true);
    await sample.screen.waitForText('没有绑定手机号');
    sample.back();
    sample.screen.tap('手机号');
    await sample.screen.waitForText('没有绑定手机号');
  });

  it('asks for another tap if WeChat’s response was lost', async () => {
    const phone = await openAsStranger();
    const { sample } = phone;
    await fixture.wechat.setFaults([{ endpoint: PHONE_NUMBER, kind: 'reset', consume: true, count: 1 }]);
    await tap(phone, '注册');
    await sample.screen.waitForText('请再点一次按钮');
    assert.deepEqual(sample.screen.actions, ['注册'], 'only the phone button helps');
    assert.equal(sample.screen.alerts.length, 1);
    await tap(phone, '注册');
    await sample.waitForPage('pages/home/home');
  });

  it('repeats the request of a tap on demand, and WeChat charges once', async () => {
    await fixture.wechat.clearCalls();
    const phone = await openAsStranger({ interceptors: [loseResponses('/v1/register', 4)] });
    const { sample } = phone;
    await tap(phone, '注册');
    await sample.screen.waitForText('网络不通');
    assert.deepEqual(sample.screen.actions, ['再试一次', '注册']);
    sample.screen.tap('再试一次');
    await sample.waitForPage('pages/home/home');
    assert.equal(await billed(), 1);
  });

  it('says why the phone button gave no code', async () => {
    for (const [reason, errno, text] of [
      ['user deny', undefined, '没有获得授权'],
      ['not enough quota', 1400001, '暂时不能获取手机号'],
      ['risk control', 1421102, '微信没有提供手机号'],
      ['no permission', 102, '没有读到微信数据'],
    ] as const) {
      const refusal = new Refusal('getPhoneNumber', reason, errno === undefined ? {} : { errno });
      const phone = await openAsStranger({ interceptors: [refusal.interceptor] });
      await tap(phone, '注册');
      await phone.sample.screen.waitForText(text);
      assert.deepEqual(phone.sample.screen.actions, ['注册']);
      refusal.lift();
      await tap(phone, '注册');
      await phone.sample.waitForPage('pages/home/home');
    }
  });

  it('says that the number is another user’s', async () => {
    const number = { phone_number: '13900000002' };
    const holder = await openAsStranger({ userId: await fixture.wechat.createUser(number) });
    await tap(holder, '注册');
    await holder.sample.waitForPage('pages/home/home');
    const phone = await openAsStranger({ userId: await fixture.wechat.createUser(number) });
    await tap(phone, '注册');
    await phone.sample.screen.waitForText('该手机号已被其他账号绑定');
  });

  it('binds the number if the session was ended elsewhere', async () => {
    const phone = await openAsUser();
    await phone.sample.screen.waitForText('没有绑定手机号');
    await fixture.endAllSessions(phone.userId);
    await tap(phone, '绑定手机号');
    await phone.sample.screen.waitForText('+86 138');
  });

  it('says that there is no network, and reads the number once there is', async () => {
    const network = new Network();
    const phone = await fixture.launchRegistered({ interceptors: [network.interceptor] });
    network.disconnect();
    phone.sample.screen.tap('手机号');
    await phone.sample.screen.waitForText('网络不通');
    network.reconnect();
    phone.sample.screen.tap('再试一次');
    await phone.sample.screen.waitForTextToDisappear('网络不通');
    await phone.sample.screen.waitForText('没有绑定手机号');
  });
});
