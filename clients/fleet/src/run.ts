import { APP_ID } from 'yaoshi-testing';
import { closeConnections } from './http.js';
import { Person } from './person.js';
import { Phone, undisturbedWx } from './phone.js';
import { type Fleet, type Mischief, Plan } from './plan.js';
import { type Servers, startServers } from './servers.js';
import { type Account, type App, WAYS, type Way, type WayName } from './ways.js';

/** How often a person taps before giving up. */
export const MAX_TAPS = 3;

/** What became of one phone. */
export interface Outcome {
  /** The tap that got in; 0 if none did. */
  readonly tap: number;
  /** How often the person tapped. A double tap is one. */
  readonly taps: number;
  /** From the first tap to the session, in milliseconds, without the time until the person taps again. */
  readonly milliseconds: number;
  /** How often the server called WeChat for it. */
  readonly exchanges: number;
  readonly met: readonly Mischief[];
  /** What the person saw at the first tap, where that was an error. */
  readonly firstError: string | undefined;
  /** The account that the session belongs to, if the phone got in. */
  readonly account: Account | undefined;
  /** The person's name, which should be the account's. */
  readonly nickname: string;
}

/** Reports how many phones are done. */
export type Progress = (done: number) => void;

/** Sends a fleet through one way, `atOnce` phones at the same time. */
export async function runWay(
  name: WayName,
  fleet: Fleet,
  atOnce: number,
  progress: Progress,
): Promise<Outcome[]> {
  const way = WAYS[name];
  const servers = await startServers(way);
  try {
    const outcomes: Outcome[] = [];
    let next = 0;
    const worker = async () => {
      while (next < fleet.phones) {
        outcomes.push(await runPhone(way, servers, fleet, next++));
        progress(outcomes.length);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return outcomes;
  } finally {
    closeConnections(servers.server);
    closeConnections(servers.wechat);
    await servers.stop();
  }
}

async function runPhone(way: Way, servers: Servers, fleet: Fleet, number: number): Promise<Outcome> {
  const { server, wechat, line } = servers;
  const person = await Person.create(wechat, APP_ID, `person-${number}`);
  const storage = new Map<string, unknown>();
  const getInElsewhere = async () => {
    const app = way.launch(undisturbedWx(person, 'phone-2'), server, APP_ID);
    // An error there is not one on this phone.
    await app.tap().catch(() => undefined);
  };
  const phone = new Phone(person, storage, new Plan(fleet, number), line, getInElsewhere);
  const isStale = phone.happens('staleSession', 0);
  if (isStale || phone.happens('oldKey', 0)) {
    await way.visit(undisturbedWx(person, 'phone-1', storage), server, APP_ID);
    if (isStale) {
      await person.replaceKey();
    }
    await person.ageKey();
  }
  const start = performance.now();
  const app = way.launch(phone.wx, server, APP_ID);
  let taps = 0;
  let error: string | undefined;
  let firstError: string | undefined;
  do {
    taps++;
    error = await tapped(app, phone.happens('doubleTap', taps));
    firstError ??= error;
  } while (error !== undefined && taps < MAX_TAPS);
  const milliseconds = performance.now() - start - phone.lostTime;
  phone.forgetCodes();
  const isIn = error === undefined;
  return {
    tap: isIn ? taps : 0,
    taps,
    milliseconds,
    exchanges: phone.exchanges,
    met: [...phone.met],
    firstError,
    account: isIn ? await app.account() : undefined,
    nickname: person.nickname,
  };
}

/** Taps once or twice. Returns the error that the person sees, unless a tap got in. */
async function tapped(app: App, isTwice: boolean): Promise<string | undefined> {
  const taps = await Promise.allSettled(isTwice ? [app.tap(), app.tap()] : [app.tap()]);
  const errors = taps.flatMap((tap) => (tap.status === 'rejected' ? [tap.reason] : []));
  return errors.length === taps.length ? textOf(errors[0]) : undefined;
}

function textOf(error: unknown): string {
  const { code, errMsg, message } = error as { code?: string; errMsg?: string; message?: string };
  return code ?? errMsg ?? message ?? String(error);
}
