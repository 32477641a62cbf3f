import type { User } from 'yaoshi-miniprogram';
import { config } from './config';

const keyOf = (userId: string): string => `avatar:${userId}`;

/** The avatar to show. One that is saved on this phone takes precedence over the one from WeChat. */
export function avatarOf({ id, avatar_url }: User): string {
  return (config.uploadAvatar === null && savedAvatar(id)) || avatar_url;
}

/** The path of the user's avatar on this phone; empty if there is none. */
function savedAvatar(userId: string): string {
  return String(wx.getStorageSync(keyOf(userId)) ?? '');
}

/** Saves a chosen avatar on this phone and deletes the previous one. WeChat deletes temporary files eventually. */
export async function saveAvatar(userId: string, temporaryPath: string): Promise<void> {
  const previous = savedAvatar(userId);
  wx.setStorageSync(keyOf(userId), await persistFile(temporaryPath));
  if (previous) {
    wx.getFileSystemManager().removeSavedFile({ filePath: previous });
  }
}

function persistFile(tempFilePath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().saveFile({
      tempFilePath,
      success: ({ savedFilePath }) => resolve(savedFilePath),
      fail: reject,
    });
  });
}
