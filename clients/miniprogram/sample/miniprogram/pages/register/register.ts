import { avatarOf, keepAvatar } from '../../avatar';
import { config } from '../../config';
import type { Fault } from '../../fault';
import { faultOf } from '../../fault';
import { collectUserInfo } from '../../phone';
import { yaoshi } from '../../yaoshi';

/** What was typed in, and chosen since the page was opened. */
interface Typed {
  nickname: string;
  /** The temporary path; empty where no other avatar was chosen. */
  avatar: string;
}

/** Makes this person a user, unless they are one already. */
async function registered(): Promise<boolean> {
  if (yaoshi.state.kind === 'registered') {
    return true;
  }
  await yaoshi.register(collectUserInfo);
  return false;
}

/** Saves what was typed in. An empty nickname only counts where there was one to be emptied. */
async function save({ nickname, avatar }: Typed, editing: boolean): Promise<void> {
  const avatarUrl = avatar && config.uploadAvatar ? await config.uploadAvatar(avatar) : '';
  const fields = {
    ...((nickname || editing) && { nickname: nickname || null }),
    ...(avatarUrl && { avatar_url: avatarUrl }),
  };
  if (Object.keys(fields).length > 0) {
    await yaoshi.profile.update(fields);
  }
  if (avatar && !config.uploadAvatar && yaoshi.state.kind === 'registered') {
    await keepAvatar(yaoshi.state.user.id, avatar);
  }
}

Page({
  data: {
    avatar: '',
    nickname: '',
    label: '注册',
    staysHere: false,
    busy: false,
    fault: null as Fault | null,
  },

  chosen: '',

  onLoad() {
    if (yaoshi.state.kind === 'registered') {
      const { user } = yaoshi.state;
      this.setData({ avatar: avatarOf(user), nickname: user.nickname, label: '保存' });
    }
  },

  onChooseAvatar({ detail }: WechatMiniprogram.CustomEvent<{ avatarUrl: string }>) {
    this.chosen = detail.avatarUrl;
    this.setData({ avatar: detail.avatarUrl, staysHere: config.uploadAvatar === null });
  },

  /** WeChat may clear a nickname it refuses after the field was left: only the form's value counts. */
  async onSubmit({ detail }: WechatMiniprogram.FormSubmit) {
    if (this.data.busy) {
      return;
    }
    const typed = { nickname: String(detail.value.nickname ?? '').trim(), avatar: this.chosen };
    this.setData({ busy: true, fault: null, nickname: typed.nickname });
    try {
      const editing = await registered();
      this.setData({ label: '保存' });
      await save(typed, editing);
      await wx.navigateBack();
    } catch (error) {
      // The form's own button is the way on.
      this.setData({ fault: { ...faultOf(error), again: '' } });
    } finally {
      this.setData({ busy: false });
    }
  },
});
