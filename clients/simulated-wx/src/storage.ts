import { type PhoneMethod, WxFailure } from './call.js';

/** What a Mini Program keeps on the phone. A `Map` that outlives the `wx` plays a restart. */
export type StoredData = Map<string, unknown>;

/** `wx.getStorage` and its like, which call back. */
export function storageMethods(stored: StoredData): Record<string, PhoneMethod> {
  return {
    getStorage: async ({ key }) => {
      if (!stored.has(String(key))) {
        throw new WxFailure('getStorage:fail data not found');
      }
      return { errMsg: 'getStorage:ok', data: copy(stored.get(String(key))) };
    },
    setStorage: async ({ key, data }) => {
      stored.set(String(key), copy(data));
      return { errMsg: 'setStorage:ok' };
    },
    removeStorage: async ({ key }) => {
      stored.delete(String(key));
      return { errMsg: 'removeStorage:ok' };
    },
  };
}

/** `wx.getStorageSync` and its like. */
export function storageSyncMethods(stored: StoredData) {
  return {
    getStorageSync: (key: string): unknown => (stored.has(key) ? copy(stored.get(key)) : ''),
    setStorageSync: (key: string, data: unknown): void => {
      stored.set(key, copy(data));
    },
    removeStorageSync: (key: string): void => {
      stored.delete(key);
    },
    clearStorageSync: (): void => stored.clear(),
  };
}

/** WeChat writes what is stored: nobody can change it by the reference. */
function copy(data: unknown): unknown {
  return data === undefined ? undefined : structuredClone(data);
}
