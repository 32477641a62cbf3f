import { type PhoneMethod, WxFailure } from './call.js';

/** A Mini Program's storage. Pass the same map to a new `wx` to simulate a restart. */
export type StoredData = Map<string, unknown>;

/** `wx.getStorage` and the other asynchronous methods. */
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

/** `wx.getStorageSync` and the other synchronous methods. */
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

/** WeChat serializes stored data, so changes to the original object do not affect it. */
function copy(data: unknown): unknown {
  return data === undefined ? undefined : structuredClone(data);
}
