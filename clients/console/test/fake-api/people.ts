/** The people of the fake server. Their names and numbers are invented. */

export interface FakePerson {
  id: string;
  status: 'active' | 'blocked' | 'erased';
  nickname: string;
  avatar_url: string;
  gender: number;
  language: string;
  country: string;
  province: string;
  city: string;
  created_at: string;
  updated_at: string;
  phone?: { number: string; bound_at: string };
  identities: {
    app_id: string;
    openid: string;
    unionid?: string;
    first_seen_at: string;
    last_seen_at: string;
  }[];
  sessions: Record<string, string>[];
}

export const APPS = ['wx0123456789abcdef', 'wxfedcba9876543210'] as const;

const DAY = 86_400_000;
const NAMES = [
  '李明远',
  '王思琪',
  'Lily Chen',
  '陈浩',
  '张伟（广州）',
  '赵欣然',
  'Tom',
  '林小满',
  '周子墨',
  '吴桐',
];
const PLACES = [
  ['中国', '广东', '深圳'],
  ['中国', '浙江', '杭州'],
  ['', '', ''],
  ['中国', '四川', '成都'],
] as const;
const AGENT =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.60 NetType/WIFI';

export function ago(milliseconds: number): string {
  return new Date(Date.now() - milliseconds).toISOString();
}

/** An id whose last part is the number. */
export function uuid(number: number): string {
  return `0199c1de-7a31-7cc2-9d0e-${number.toString(16).padStart(12, '0')}`;
}

function wechatId(number: number, kind: string): string {
  return `o6_${kind}Q7cX2mVt4Lp9Rz8Kw1Ns${String(number).padStart(2, '0')}a`.padEnd(28, 'Y').slice(0, 28);
}

function session(index: number, number: number, app: string, ended?: string): Record<string, string> {
  const age = (number + 1) * DAY * 0.9;
  return {
    id: uuid(5000 + index * 10 + number),
    app_id: app,
    state: 'registered',
    created_at: ago(age),
    last_seen_at: ago(age / 40),
    expires_at: ago(age - 30 * DAY),
    user_agent: AGENT,
    ip: `203.0.113.${10 + index}`,
    ...(ended !== undefined && { ended_at: ago(age / 3), end_reason: ended }),
  };
}

function person(index: number): FakePerson {
  const [country, province, city] = PLACES[index % PLACES.length] ?? ['', '', ''];
  const registered = (40 + index * 9) * DAY;
  const apps = index % 3 === 0 ? APPS : APPS.slice(0, 1);
  return {
    id: uuid(index + 1),
    status: index === 4 ? 'blocked' : 'active',
    nickname: NAMES[index % NAMES.length] ?? '',
    avatar_url: `https://thirdwx.qlogo.cn/mmopen/vi_32/avatar${index}/132`,
    gender: index % 3,
    language: 'zh_CN',
    country,
    province,
    city,
    created_at: ago(registered),
    updated_at: ago(registered / 3),
    ...(index % 4 !== 2 && {
      phone: { number: `+86138001380${String(index).padStart(2, '0')}`, bound_at: ago(registered - DAY) },
    }),
    identities: apps.map((app_id, number) => ({
      app_id,
      openid: wechatId(index, String.fromCharCode(65 + number)),
      unionid: wechatId(index, 'U'),
      first_seen_at: ago(registered),
      last_seen_at: ago((index + 1) * 3_600_000),
    })),
    sessions: [
      session(index, 0, APPS[0]),
      session(index, 1, APPS[0], 'displaced'),
      session(index, 2, apps.at(-1) ?? APPS[0], 'logged_out'),
    ],
  };
}

export function people(): FakePerson[] {
  const named = NAMES.map((_, index) => person(index));
  // Enough people of one name for a second page.
  const many = Array.from({ length: 60 }, (_, index) => ({
    ...person(index + 10),
    nickname: `小程序用户${String(index + 1).padStart(3, '0')}`,
    status: 'active' as const,
  }));
  return [...named, ...many];
}

/** As the server masks ids and numbers. */
export function masked(id: string): string {
  return id.length >= 16 ? `${id.slice(0, 4)}…${id.slice(-4)}` : '…';
}

export function maskedNumber(number: string): string {
  return `${number.slice(0, 6)}****${number.slice(-4)}`;
}
