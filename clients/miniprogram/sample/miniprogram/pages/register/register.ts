import { avatarOf, saveAvatar } from '../../avatar';
import { config } from '../../config';
import type { ErrorView } from '../../error-view';
import { errorViewOf } from '../../error-view';
import { collectUserInfo } from '../../phone';
import { yaoshi } from '../../yaoshi';

/** What the user entered. */
interface Input {
  nickname: string;
  /** The temporary path; empty if no new avatar was chosen. */
  avatar: string;
}

/** Registers the user if needed. Returns whether the user was registered already. */
async function ensureRegistered(): Promise<boolean> {
  if (yaoshi.state.kind === 'registered') {
    return true;
  }
  await yaoshi.register(collectUserInfo);
  return false;
}

/** Saves the input. An empty nickname clears the old one only when editing. */
async function save({ nickname, avatar }: Input, editing: boolean): Promise<void> {
  const avatarUrl = avatar && config.uploadAvatar ? await config.uploadAvatar(avatar) : '';
  const fields = {
    ...((nickname || editing) && { nickname: nickname || null }),
    ...(avatarUrl && { avatar_url: avatarUrl }),
  };
  if (Object.keys(fields).length > 0) {
    await yaoshi.profile.update(fields);
  }
  if (avatar && !config.uploadAvatar && yaoshi.state.kind === 'registered') {
    await saveAvatar(yaoshi.state.user.id, avatar);
  }
}

Page({
  data: {
    avatar: '',
    nickname: '',
    label: '注册',
    staysHere: false,
    busy: false,
    error: null as ErrorView | null,
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

  /** Reads the nickname from the form, because WeChat may clear one that it rejects after the field loses focus. */
  async onSubmit({ detail }: WechatMiniprogram.FormSubmit) {
    if (this.data.busy) {
      return;
    }
    const input = { nickname: String(detail.value.nickname ?? '').trim(), avatar: this.chosen };
    this.setData({ busy: true, error: null, nickname: input.nickname });
    try {
      const editing = await ensureRegistered();
      this.setData({ label: '保存' });
      await save(input, editing);
      await wx.navigateBack();
    } catch (error) {
      // The form's own button serves as the retry button.
      this.setData({ error: { ...errorViewOf(error), again: '' } });
    } finally {
      this.setData({ busy: false });
    }
  },
});
