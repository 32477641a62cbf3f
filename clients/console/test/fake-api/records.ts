/** What happened at the fake server: events, and the reasons of failures. */
import { APPS, ago, type FakePerson, masked, uuid } from './people.js';

export type Fields = Record<string, unknown> & { id: string };

const MINUTE = 60_000;
const KINDS = [
  'logged_in',
  'logged_in',
  'profile_refreshed',
  'logged_in',
  'phone_bound',
  'logged_out',
  'signed',
];
const AGENT = 'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 MicroMessenger/8.0.60.2760';

let lastId = 100_000;

export function event(kind: string, at: string, more: Record<string, unknown>): Fields {
  lastId += 1;
  return { id: uuid(lastId), at, kind, by: 'person', ...more };
}

/** Events, the newest first. */
export function events(people: readonly FakePerson[]): Fields[] {
  const ofPeople = Array.from({ length: 180 }, (_, index) => {
    const who = people[index % 10] as FakePerson;
    const kind = KINDS[index % KINDS.length] ?? 'logged_in';
    return event(kind, ago((index * 11 + 2) * MINUTE), {
      app_id: APPS[index % 2],
      openid: masked(who.identities[0]?.openid ?? ''),
      user_id: who.id,
      ...(kind === 'signed' && { detail: 'pay:ORDER-20261129-0042', by: 'service:shop' }),
      ip: `203.0.113.${10 + (index % 10)}`,
      user_agent: AGENT,
    });
  });
  const ofOperators = [
    event('operator_signed_in', ago(MINUTE), { by: 'operator:li', detail: 'li', ip: '192.0.2.4' }),
    event('operator_added', ago(180 * 11 * MINUTE), { by: 'shell', detail: 'li' }),
  ];
  return [...ofOperators.slice(0, 1), ...ofPeople, ...ofOperators.slice(1)];
}

interface Cause {
  readonly step: string;
  readonly code: string;
  readonly cause: string;
  readonly advice: readonly [en: string, zh: string];
  readonly errcode?: number;
  readonly hasKeys?: boolean;
}

export const CAUSES: readonly Cause[] = [
  {
    step: 'registration',
    code: 'signature_mismatch',
    cause: 'no key on record gives this signature; the newest was fetched 26 s after the data was collected',
    advice: [
      'The Mini Program called wx.login between collecting and sending. Log in first, then collect, as the client package does.',
      '小程序在收集数据之后、提交之前又调用了 wx.login。请先登录再收集，客户端包就是这样做的。',
    ],
    hasKeys: true,
  },
  {
    step: 'login',
    code: 'wechat_refused_address',
    cause: 'code2Session: invalid ip 198.51.100.7, not in whitelist',
    advice: [
      'Add 198.51.100.7 to the IP whitelist of the app in WeChat’s console.',
      '请在微信公众平台把 198.51.100.7 加入该应用的 IP 白名单。',
    ],
    errcode: 40164,
  },
  {
    step: 'login',
    code: 'code_used',
    cause: 'the same code was exchanged 1.2 s before, by another request without an Idempotency-Key',
    advice: [
      'The client sent one code twice. Send the same Idempotency-Key when a login is repeated.',
      '客户端把同一个 code 提交了两次。重试登录时请带上相同的 Idempotency-Key。',
    ],
    errcode: 40163,
  },
  {
    step: 'decryption',
    code: 'undecryptable',
    cause: 'the padding is wrong under each of the keys on record',
    advice: [
      'The data was encrypted under a key that WeChat has replaced. Have the client collect it again.',
      '数据所用的密钥已被微信替换，请让客户端重新收集。',
    ],
    hasKeys: true,
  },
  {
    step: 'phone',
    code: 'invalid_phone_code',
    cause: 'getuserphonenumber: invalid code, the code is 6 minutes old',
    advice: [
      'The code was older than five minutes. Have the user tap the phone button again.',
      'code 已超过五分钟，请让用户重新点击手机号按钮。',
    ],
    errcode: 40029,
  },
];

/** Diagnoses, the newest first; the first two are those of the first person. */
export function diagnoses(people: readonly FakePerson[]): Fields[] {
  return Array.from({ length: 63 }, (_, index) => {
    const { step, code, cause, advice, errcode, hasKeys } = CAUSES[
      index < 5 ? index : (index * 7) % CAUSES.length
    ] as Cause;
    const who = people[index < 2 ? 0 : index % 10] as FakePerson;
    const at = (index * 17 + 4) * MINUTE;
    const isKnown = code !== 'wechat_refused_address' || index < 2;
    const hex = (4_000_000_000 - index * 1237).toString(16);
    return {
      id: uuid(900_000 - index),
      request_id: `5f3a9c01-${(0x2a00 - index).toString(16).padStart(10, '0')}`,
      at: ago(at),
      step,
      app_id: APPS[index % 2 === 0 ? 0 : 1],
      ...(isKnown && { openid: masked(who.identities[0]?.openid ?? ''), user_id: who.id }),
      code,
      ...(index !== 4 && { cause }),
      ...(isKnown && { identity: `${hex}9c2e41ad`.padStart(16, '0') }),
      ...(errcode !== undefined && { errcode, rid: `${hex}-1a2b3c4d-5e6f7081` }),
      keys: hasKeys
        ? [
            { generation: 3, age_seconds: 26, superseded: false },
            { generation: 2, age_seconds: 93_784, superseded: true },
          ]
        : [],
      before: isKnown
        ? [
            { kind: 'logged_in', at: ago(at + 26_000) },
            { kind: 'profile_refreshed', at: ago(at + 93_784_000) },
          ]
        : [],
      advice: advice[0],
      advice_zh: advice[1],
      of: { openid: who.identities.map(({ openid }) => openid), user: isKnown ? who.id : undefined },
    };
  });
}
