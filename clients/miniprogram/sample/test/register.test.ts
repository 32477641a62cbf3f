import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network, onceBefore, Refusal } from './harness/faults.js';
import { Fixture, type Phone, type PhoneOptions } from './harness/fixture.js';

const AVATAR = 'http://tmp/chosen.png';

describe('the registration page', () => {
  const fixture = new Fixture();

  const openPage = async (options: PhoneOptions = {}): Promise<Phone> => {
    const phone = await fixture.launch(options);
    await phone.sample.screen.waitForText('尚未注册');
    phone.sample.screen.tap('去注册');
    return phone;
  };
  const returnsHome = async ({ sample }: Phone, nickname: string) => {
    await sample.waitForPage('pages/home/home');
    await sample.screen.waitForText(nickname);
  };

  it('registers with the nickname and the avatar that the user entered', async () => {
    const phone = await openPage();
    const { sample } = phone;
    assert.deepEqual(sample.screen.actions, ['选择头像', '注册']);
    assert.doesNotMatch(sample.screen.text, /只保存在本机/);
    sample.screen.fireEvent('选择头像', 'chooseavatar', { avatarUrl: AVATAR });
    await sample.screen.waitForText('头像只保存在本机，不会上传');
    assert.deepEqual(sample.screen.images, [AVATAR]);
    sample.screen.type('昵称', ' 小鱼 🐟 ');
    sample.screen.tap('注册');
    await returnsHome(phone, '小鱼 🐟');
    const [image = ''] = sample.screen.images;
    assert.equal(sample.files.get(image), AVATAR);
  });

  it('keeps only the avatar that was chosen last', async () => {
    const phone = await fixture.launchRegistered();
    const { sample } = phone;
    for (const avatar of [AVATAR, 'http://tmp/another.png']) {
      sample.screen.tap('修改资料');
      sample.screen.fireEvent('选择头像', 'chooseavatar', { avatarUrl: avatar });
      sample.screen.tap('保存');
      await returnsHome(phone, '阿明');
      assert.deepEqual([...sample.files.values()], [avatar]);
      assert.deepEqual(sample.screen.images, [...sample.files.keys()]);
    }
  });

  it('keeps the avatar across a restart', async () => {
    const phone = await openPage();
    phone.sample.screen.fireEvent('选择头像', 'chooseavatar', { avatarUrl: AVATAR });
    phone.sample.screen.tap('注册');
    await returnsHome(phone, '阿明');
    const kept = phone.sample.screen.images;
    assert.deepEqual(kept, [...phone.sample.files.keys()]);
    const { sample } = await fixture.launch({ relaunch: phone });
    await sample.screen.waitForText('阿明');
    assert.deepEqual(sample.screen.images, kept);
  });

  it('uploads the avatar if an upload is configured', async () => {
    const uploaded: string[] = [];
    const uploadAvatar = async (path: string) => {
      uploaded.push(path);
      return 'https://pictures.example.com/1.png';
    };
    const phone = await openPage({ uploadAvatar });
    phone.sample.screen.fireEvent('选择头像', 'chooseavatar', { avatarUrl: AVATAR });
    assert.doesNotMatch(phone.sample.screen.text, /只保存在本机/);
    phone.sample.screen.tap('注册');
    await phone.sample.waitForPage('pages/home/home');
    assert.deepEqual(uploaded, [AVATAR]);
    await phone.sample.screen.waitForText('阿明');
    assert.deepEqual(phone.sample.screen.images, ['https://pictures.example.com/1.png']);
    assert.equal(phone.sample.files.size, 0);
  });

  it('registers once if the button is tapped twice', async () => {
    let registrations = 0;
    const phone = await openPage({
      interceptors: [
        (call, proceed) => {
          registrations += String(call.options.url ?? '').endsWith('/v1/register') ? 1 : 0;
          return proceed();
        },
      ],
    });
    phone.sample.screen.tap('注册');
    phone.sample.screen.tap('注册');
    await returnsHome(phone, '阿明');
    assert.equal(registrations, 1);
  });

  it('registers if WeChat replaced the key earlier', async () => {
    const phone = await openPage();
    await fixture.wechat.rotate(phone.userId, fixture.yaoshi.appId);
    phone.sample.screen.type('昵称', '小鱼');
    phone.sample.screen.tap('注册');
    await returnsHome(phone, '小鱼');
  });

  it('registers if WeChat replaces the key right before the data is collected', async () => {
    let rotate = async () => {};
    const phone = await openPage({ interceptors: [onceBefore('getUserInfo', '', () => rotate())] });
    rotate = () => fixture.wechat.rotate(phone.userId, fixture.yaoshi.appId);
    phone.sample.screen.tap('注册');
    await returnsHome(phone, '阿明');
  });

  it('registers if the session expired while the page was open', async () => {
    const phone = await openPage();
    await fixture.wechat.advance(40 * 24 * 3600);
    phone.sample.screen.tap('注册');
    await returnsHome(phone, '阿明');
  });

  it('says that the user refused, keeps the input, and registers once the user agrees', async () => {
    const refusal = new Refusal('getUserInfo');
    const phone = await openPage({ interceptors: [refusal.interceptor] });
    const { sample } = phone;
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('注册');
    await sample.screen.waitForText('没有获得授权');
    assert.deepEqual(sample.screen.actions, ['选择头像', '注册']);
    assert.equal(sample.screen.value('昵称'), '小鱼');
    refusal.lift();
    sample.screen.tap('注册');
    await returnsHome(phone, '小鱼');
  });

  it('says that there is no network, and registers once there is', async () => {
    const network = new Network();
    const phone = await openPage({ interceptors: [network.interceptor] });
    network.disconnect();
    phone.sample.screen.tap('注册');
    await phone.sample.screen.waitForText('网络不通');
    assert.deepEqual(phone.sample.screen.actions, ['选择头像', '注册']);
    network.reconnect();
    phone.sample.screen.tap('注册');
    await returnsHome(phone, '阿明');
  });

  it('saves only the profile if just that failed', async () => {
    const phone = await openPage();
    const { sample } = phone;
    sample.screen.type('昵称', '鱼'.repeat(65));
    sample.screen.tap('注册');
    await sample.screen.waitForText('填写的内容不合要求');
    assert.deepEqual(sample.screen.actions, ['选择头像', '保存']);
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('保存');
    await returnsHome(phone, '小鱼');
  });

  it('edits the profile, and can clear the nickname', async () => {
    const phone = await fixture.launchRegistered();
    const { sample } = phone;
    sample.screen.tap('修改资料');
    assert.equal(sample.screen.value('昵称'), '阿明');
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('保存');
    await returnsHome(phone, '小鱼');
    sample.screen.tap('修改资料');
    sample.screen.type('昵称', '');
    sample.screen.tap('保存');
    await returnsHome(phone, '未填写昵称');
  });
});
