import type { User } from 'yaoshi-miniprogram';
import { config } from './config';

const keyOf = (userId: string): string => `avatar:${userId}`;

/** The avatar to show: one that only this phone has goes before the one that WeChat told. */
export function avatarOf({ id, avatar_url }: User): string {
  return (config.uploadAvatar === null && keptAvatar(id)) || avatar_url;
}

/** The path of the avatar that this phone keeps for a user; empty where there is none. */
function keptAvatar(userId: string): string {
  return String(wx.getStorageSync(keyOf(userId)) ?? '');
}

/**
 * Keeps a chosen avatar on this phone, in place of a former one. WeChat deletes the temporary file sooner or
 * later.
 */
export async function keepAvatar(userId: string, temporaryPath: string): Promise<void> {
  const former = keptAvatar(userId);
  wx.setStorageSync(keyOf(userId), await savedFile(temporaryPath));
  if (former) {
    wx.getFileSystemManager().removeSavedFile({ filePath: former });
  }
}

function savedFile(tempFilePath: string): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().saveFile({
      tempFilePath,
      success: ({ savedFilePath }) => resolve(savedFilePath),
      fail: reject,
    });
  });
}
