import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Network, onceBefore, Refusal } from './harness/mischief.js';
import { type Phone, type PhoneOptions, World } from './harness/world.js';

const AVATAR = 'http://tmp/chosen.png';

describe('the registration page', () => {
  const world = new World();

  const opened = async (options: PhoneOptions = {}): Promise<Phone> => {
    const phone = await world.launch(options);
    await phone.sample.screen.shows('尚未注册');
    phone.sample.screen.tap('去注册');
    return phone;
  };
  const atHome = async ({ sample }: Phone, nickname: string) => {
    await sample.arrives('pages/home/home');
    await sample.screen.shows(nickname);
  };

  it('registers with the nickname that was typed in and the avatar that was chosen', async () => {
    const phone = await opened();
    const { sample } = phone;
    assert.deepEqual(sample.screen.actions, ['选择头像', '注册']);
    assert.doesNotMatch(sample.screen.text, /只保存在本机/);
    sample.screen.answer('选择头像', 'chooseavatar', { avatarUrl: AVATAR });
    await sample.screen.shows('头像只保存在本机，不会上传');
    assert.deepEqual(sample.screen.pictures, [AVATAR]);
    sample.screen.type('昵称', ' 小鱼 🐟 ');
    sample.screen.tap('注册');
    await atHome(phone, '小鱼 🐟');
    const [picture = ''] = sample.screen.pictures;
    assert.equal(sample.files.get(picture), AVATAR);
  });

  it('keeps one avatar, the one that was chosen last', async () => {
    const phone = await world.launchRegistered();
    const { sample } = phone;
    for (const avatar of [AVATAR, 'http://tmp/another.png']) {
      sample.screen.tap('修改资料');
      sample.screen.answer('选择头像', 'chooseavatar', { avatarUrl: avatar });
      sample.screen.tap('保存');
      await atHome(phone, '阿明');
      assert.deepEqual([...sample.files.values()], [avatar]);
      assert.deepEqual(sample.screen.pictures, [...sample.files.keys()]);
    }
  });

  it('keeps the avatar over a restart', async () => {
    const phone = await opened();
    phone.sample.screen.answer('选择头像', 'chooseavatar', { avatarUrl: AVATAR });
    phone.sample.screen.tap('注册');
    await atHome(phone, '阿明');
    const kept = phone.sample.screen.pictures;
    assert.deepEqual(kept, [...phone.sample.files.keys()]);
    const { sample } = await world.launch({ again: phone });
    await sample.screen.shows('阿明');
    assert.deepEqual(sample.screen.pictures, kept);
  });

  it('gives the avatar to the upload where the team has one', async () => {
    const uploaded: string[] = [];
    const uploadAvatar = async (path: string) => {
      uploaded.push(path);
      return 'https://pictures.example.com/1.png';
    };
    const phone = await opened({ uploadAvatar });
    phone.sample.screen.answer('选择头像', 'chooseavatar', { avatarUrl: AVATAR });
    assert.doesNotMatch(phone.sample.screen.text, /只保存在本机/);
    phone.sample.screen.tap('注册');
    await phone.sample.arrives('pages/home/home');
    assert.deepEqual(uploaded, [AVATAR]);
    await phone.sample.screen.shows('阿明');
    assert.deepEqual(phone.sample.screen.pictures, ['https://pictures.example.com/1.png']);
    assert.equal(phone.sample.files.size, 0);
  });

  it('registers once although the button is tapped twice', async () => {
    let registrations = 0;
    const phone = await opened({
      taps: [
        (call, proceed) => {
          registrations += String(call.options.url ?? '').endsWith('/v1/register') ? 1 : 0;
          return proceed();
        },
      ],
    });
    phone.sample.screen.tap('注册');
    phone.sample.screen.tap('注册');
    await atHome(phone, '阿明');
    assert.equal(registrations, 1);
  });

  it('registers although WeChat replaced the key before', async () => {
    const phone = await opened();
    await world.wechat.rotate(phone.userId, world.yaoshi.appId);
    phone.sample.screen.type('昵称', '小鱼');
    phone.sample.screen.tap('注册');
    await atHome(phone, '小鱼');
  });

  it('registers although WeChat replaces the key before the data is collected', async () => {
    let rotate = async () => {};
    const phone = await opened({ taps: [onceBefore('getUserInfo', '', () => rotate())] });
    rotate = () => world.wechat.rotate(phone.userId, world.yaoshi.appId);
    phone.sample.screen.tap('注册');
    await atHome(phone, '阿明');
  });

  it('registers although the session expired while the page was open', async () => {
    const phone = await opened();
    await world.wechat.advance(40 * 24 * 3600);
    phone.sample.screen.tap('注册');
    await atHome(phone, '阿明');
  });

  it('says that authorisation is missing, keeps what was typed, and goes on when the user agrees', async () => {
    const refusal = new Refusal('getUserInfo');
    const phone = await opened({ taps: [refusal.tap] });
    const { sample } = phone;
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('注册');
    await sample.screen.shows('没有获得授权');
    assert.deepEqual(sample.screen.actions, ['选择头像', '注册']);
    assert.equal(sample.screen.value('昵称'), '小鱼');
    refusal.changeOfMind();
    sample.screen.tap('注册');
    await atHome(phone, '小鱼');
  });

  it('says that there is no network, and goes on when there is', async () => {
    const network = new Network();
    const phone = await opened({ taps: [network.tap] });
    network.cut();
    phone.sample.screen.tap('注册');
    await phone.sample.screen.shows('网络不通');
    assert.deepEqual(phone.sample.screen.actions, ['选择头像', '注册']);
    network.mend();
    phone.sample.screen.tap('注册');
    await atHome(phone, '阿明');
  });

  it('has only the profile left to save where that alone failed', async () => {
    const phone = await opened();
    const { sample } = phone;
    sample.screen.type('昵称', '鱼'.repeat(65));
    sample.screen.tap('注册');
    await sample.screen.shows('填写的内容不合要求');
    assert.deepEqual(sample.screen.actions, ['选择头像', '保存']);
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('保存');
    await atHome(phone, '小鱼');
  });

  it('edits the profile of a user, who may empty the nickname', async () => {
    const phone = await world.launchRegistered();
    const { sample } = phone;
    sample.screen.tap('修改资料');
    assert.equal(sample.screen.value('昵称'), '阿明');
    sample.screen.type('昵称', '小鱼');
    sample.screen.tap('保存');
    await atHome(phone, '小鱼');
    sample.screen.tap('修改资料');
    sample.screen.type('昵称', '');
    sample.screen.tap('保存');
    await atHome(phone, '未填写昵称');
  });
});
