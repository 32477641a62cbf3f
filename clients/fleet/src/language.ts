import type { Mischief } from './plan.js';
import type { WayName } from './ways.js';

/** The words of the tables and of the picture. */
export interface Words {
  readonly ways: Readonly<Record<WayName, string>>;
  readonly mischiefs: Readonly<Record<Mischief, string>>;
  /** In at the first tap, at the second, at the third, never. */
  readonly taps: readonly [string, string, string, string];
  readonly way: string;
  readonly tapsPerRegistration: string;
  readonly exchangesPerRegistration: string;
  readonly medianTime: string;
  readonly p99Time: string;
  readonly met: string;
  readonly title: string;
  readonly perWay: (phones: number) => string;
  readonly command: string;
  readonly machine: string;
}

export const ENGLISH: Words = {
  ways: {
    tutorial: 'The tutorial',
    'one-key': 'Login first, one key',
    'server-only': "Yaoshi's server, a client that obeys nothing",
    'with-client': 'Yaoshi with its client',
  },
  mischiefs: {
    oldKey: 'A key of an earlier day',
    staleSession: 'A stale session',
    keyTurn: 'The key turns',
    otherDevice: 'Another device gets in',
    doubleTap: 'A double tap',
    lostAnswer: 'An answer is lost',
    expiredCode: 'A code has expired',
    busyWeChat: 'WeChat is busy',
  },
  taps: ['first tap', 'second tap', 'third tap', 'never'],
  way: 'way',
  tapsPerRegistration: 'taps a registration',
  exchangesPerRegistration: 'calls to WeChat a registration',
  medianTime: 'time to the session, median',
  p99Time: '99th percentile',
  met: 'in at the first tap, of those who met',
  title: 'At which tap phones got in',
  perWay: (phones) => `${phones.toLocaleString('en')} simulated phones each`,
  command: 'Made by',
  machine: 'Machine',
};

export const CHINESE: Words = {
  ways: {
    tutorial: '教程的写法',
    'one-key': '先登录，只存一个密钥',
    'server-only': 'Yaoshi 服务端，客户端不理会 recover',
    'with-client': 'Yaoshi 服务端和客户端',
  },
  mischiefs: {
    oldKey: '密钥是以前的',
    staleSession: '会话过时',
    keyTurn: '密钥被更换',
    otherDevice: '在另一台设备上登录',
    doubleTap: '连点两次',
    lostAnswer: '响应丢失',
    expiredCode: 'code 已过期',
    busyWeChat: '微信繁忙',
  },
  taps: ['第一次点击', '第二次', '第三次', '始终失败'],
  way: '方式',
  tapsPerRegistration: '每次注册的点击数',
  exchangesPerRegistration: '每次注册调用微信的次数',
  medianTime: '得到会话的时间，中位数',
  p99Time: '99 分位',
  met: '遇到以下情况的手机，第一次点击就成功的比例',
  title: '手机在第几次点击时登录成功',
  perWay: (phones) => `每种方式 ${phones.toLocaleString('en')} 部模拟手机`,
  command: '生成命令',
  machine: '机器',
};
