import { type Field, fieldsOf } from '../traffic/fields.js';
import { yaoshiResponse } from '../traffic/recorder.js';
import type { Message, Traffic } from '../traffic/traffic.js';
import type { WeChatClock } from '../wechat/clock.js';
import type { Push, PushAttempt, Simulator } from '../wechat/simulator.js';

/** How soon and how late the list is read again while a push is on its way, in milliseconds. */
const MIN_INTERVAL = 250;
const MAX_INTERVAL = 10_000;

/** How often the list is read while a push waits for another one, in milliseconds. */
const HELD_INTERVAL = 1000;

/** Records the pushes about the user of the phones, by polling the simulator's list of pushes. */
export class PushWatcher {
  readonly #simulator: Simulator;
  readonly #traffic: Traffic;
  readonly #clock: WeChatClock;
  readonly #appId: string;
  readonly #onAccepted: (events: readonly string[]) => void;
  #openid = '';
  /** How many attempts of each push are recorded. */
  readonly #recorded = new Map<number, number>();
  #polling: Promise<void> = Promise.resolve();
  #timer: number | undefined;

  /** Calls `onAccepted` with the events that Yaoshi accepted since the last call. */
  constructor(
    simulator: Simulator,
    traffic: Traffic,
    clock: WeChatClock,
    appId: string,
    onAccepted: (events: readonly string[]) => void,
  ) {
    this.#simulator = simulator;
    this.#traffic = traffic;
    this.#clock = clock;
    this.#appId = appId;
    this.#onAccepted = onAccepted;
  }

  /** Switches to another WeChat user, known to the app by this openid. */
  reset(openid: string): void {
    this.#openid = openid;
    this.#recorded.clear();
    window.clearTimeout(this.#timer);
  }

  /** Records what was sent, and goes on with that until nothing is on its way. */
  check(): Promise<void> {
    window.clearTimeout(this.#timer);
    // One after the other, so that no attempt is recorded twice.
    this.#polling = this.#polling.then(() => this.#poll());
    return this.#polling;
  }

  async #poll(): Promise<void> {
    const openid = this.#openid;
    // After an error, the next poll catches up.
    const pushes = await this.#simulator.pushes(this.#appId).catch(() => undefined);
    if (openid !== this.#openid) {
      return;
    }
    const own = pushes?.filter(({ message }) => openid === (message.OpenID ?? message.OpenId));
    this.#record(own ?? []);
    const waits = own?.flatMap((push) => (push.state === 'pending' ? this.#waitFor(push) : []));
    if (waits?.length !== 0) {
      this.#schedule(Math.min(...(waits ?? [MAX_INTERVAL])));
    }
  }

  #waitFor({ next_at }: Push): number {
    const wait = next_at === null ? HELD_INTERVAL : next_at - this.#clock.now;
    return Math.min(Math.max(wait, MIN_INTERVAL), MAX_INTERVAL);
  }

  #schedule(wait: number): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.check(), wait);
  }

  /** Records the attempts that are not recorded yet, in the order in which they were made. */
  #record(pushes: readonly Push[]): void {
    const unrecorded = pushes.flatMap((push) =>
      push.attempts.slice(this.#recorded.get(push.id)).map((attempt) => ({ push, attempt })),
    );
    unrecorded.sort((one, other) => one.attempt.at - other.attempt.at);
    for (const { push, attempt } of unrecorded) {
      this.#recorded.set(push.id, push.attempts.indexOf(attempt) + 1);
      this.#recordAttempt(push, attempt);
    }
    const accepted = new Set(unrecorded.flatMap(({ push }) => (push.state === 'accepted' ? push.event : [])));
    if (accepted.size > 0) {
      this.#onAccepted([...accepted]);
    }
  }

  #recordAttempt(push: Push, attempt: PushAttempt): void {
    this.#traffic.add({
      from: 'wechat',
      to: 'yaoshi',
      kind: 'request',
      title: titleOf(push),
      fields: [...queryOf(attempt), ...fieldsOf(push.message)],
    });
    const answer = answerTo(attempt);
    if (answer === undefined) {
      this.#traffic.note({ key: 'note.push_no_answer' });
    } else {
      this.#traffic.add(answer.message);
    }
    if (attempt === push.attempts.at(-1)) {
      this.#noteNext(push, attempt, answer?.problem);
    }
  }

  /** Notes whether WeChat sends again what Yaoshi did not accept, and why it did not. */
  #noteNext({ state, next_at, attempts }: Push, { at }: PushAttempt, problem: string | undefined): void {
    if (state === 'given_up') {
      this.#traffic.note({ key: 'note.push_given_up' });
    } else if (state === 'pending' && next_at !== null) {
      // It may be due already, if the clock was advanced.
      const values = { seconds: String(Math.max(0, Math.round((next_at - at) / 1000))) };
      const isExplained = problem === 'push_unanswered' && attempts.length === 1;
      this.#traffic.note({ key: isExplained ? 'note.push_unanswered' : 'note.push_again', values });
    }
  }
}

/** The name of the event, and WeChat's number of what the user withdraws. */
function titleOf({ event, message }: Push): string {
  return message.RevokeInfo === undefined ? event : `${event} ${message.RevokeInfo}`;
}

function queryOf({ url }: PushAttempt): Field[] {
  return fieldsOf(Object.fromEntries(new URL(url).searchParams));
}

/** Yaoshi's answer to a push, and the code of its problem; `undefined` without an answer. */
function answerTo({ response }: PushAttempt): { message: Message; problem?: string } | undefined {
  if (response === undefined) {
    return undefined;
  }
  const { status, body } = response;
  const content = parsed(body);
  if (content === undefined) {
    const title = status === 200 ? body : `${status} ${body}`;
    const kind = status < 400 ? 'response' : 'failure';
    return { message: { from: 'yaoshi', to: 'wechat', kind, title, fields: fieldsOf({ status }) } };
  }
  // WeChat does not read `recover`, so the diagram does not show what it would ask for.
  const { recover, ...message } = yaoshiResponse('wechat', { errMsg: '', statusCode: status, data: content });
  return { message, ...(content.code !== undefined && { problem: content.code }) };
}

/** The object that a text has as JSON; `undefined` if it has none. */
function parsed(body: string): { code?: string } | undefined {
  try {
    const content: unknown = JSON.parse(body);
    return typeof content === 'object' && content !== null ? content : undefined;
  } catch {
    return undefined;
  }
}
