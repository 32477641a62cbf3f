/** The messages that WeChat pushed to the fake server. */
import { APPS, ago, type FakePerson, masked, uuid } from './people.js';

const MINUTE = 60_000;

export interface FakePush {
  id: string;
  at: string;
  event: string;
  app_id: string;
  openid?: string;
  state: 'applied' | 'kept' | 'waiting' | 'delivered' | 'undelivered';
  tries: number;
  next_try_at?: string;
  outcome?: string;
  /** Absent once the person was erased. */
  message?: Record<string, unknown>;
  answer?: string;
}

type Case = Pick<FakePush, 'event' | 'state' | 'tries' | 'outcome' | 'answer'>;

/** The latest messages: each state, and each way in which a try ends. */
const CASES: readonly Case[] = [
  { event: 'xpay_goods_deliver_notify', state: 'delivered', tries: 1, outcome: '200', answer: 'success' },
  { event: 'user_authorization_revoke', state: 'applied', tries: 0 },
  { event: 'text', state: 'waiting', tries: 3, outcome: 'timed_out' },
  { event: 'user_authorization_cancellation', state: 'kept', tries: 0 },
  { event: 'xpay_refund_notify', state: 'undelivered', tries: 21, outcome: '503', answer: 'try later' },
  { event: 'wxa_media_check', state: 'waiting', tries: 0 },
  { event: 'subscribe_msg_popup_event', state: 'waiting', tries: 1, outcome: 'not_connected' },
  { event: 'subscribe_msg_popup_event', state: 'waiting', tries: 1, outcome: 'private_address' },
  { event: 'subscribe_msg_popup_event', state: 'waiting', tries: 2, outcome: 'connection_lost' },
  { event: 'subscribe_msg_popup_event', state: 'waiting', tries: 1, outcome: 'unreadable' },
  { event: 'subscribe_msg_popup_event', state: 'waiting', tries: 1, outcome: 'busy' },
];

/** What the messages before those are. */
const USUAL: Case = { event: 'user_info_modified', state: 'applied', tries: 0 };

function push(people: readonly FakePerson[], index: number): FakePush {
  const given = CASES[index] ?? USUAL;
  const age = (index * 7 + 3) * MINUTE;
  const openid = people[index % 10]?.identities[0]?.openid ?? '';
  const isOfSomebody = given.state !== 'kept' && given.event !== 'wxa_media_check';
  return {
    id: uuid(800_000 - index),
    at: ago(age),
    app_id: APPS[index % 2] ?? APPS[0],
    ...given,
    ...(isOfSomebody && { openid: masked(openid) }),
    ...(given.state === 'waiting' && given.tries > 0 && { next_try_at: ago(-given.tries * MINUTE) }),
    message: {
      ToUserName: 'gh_0123456789ab',
      ...(isOfSomebody && { FromUserName: openid }),
      CreateTime: Math.floor((Date.now() - age) / 1000),
      MsgType: given.event === 'text' ? 'text' : 'event',
      ...(given.event === 'text' ? { Content: '你好，订单什么时候发货？' } : { Event: given.event }),
    },
  };
}

/** Messages, the newest first. */
export function pushes(people: readonly FakePerson[]): FakePush[] {
  return Array.from({ length: 70 }, (_, index) => push(people, index));
}

/** A message as it is listed. */
export function listed({ message, answer, ...push }: FakePush): Omit<FakePush, 'message' | 'answer'> {
  return push;
}

/** Has a message wait for its next try at once; `false` where it is for no back end, or is empty. */
export function redeliver(push: FakePush): boolean {
  const isForBackEnd = !['applied', 'kept'].includes(push.state) && push.message !== undefined;
  if (isForBackEnd) {
    Object.assign(push, { state: 'waiting', next_try_at: ago(0) });
  }
  return isForBackEnd;
}
