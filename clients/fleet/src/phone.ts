import { type Interceptor, type SimulatedWx, simulatedWx, WxFailure, type WxResult } from 'simulated-wx';
import { type Fate, type Mischief, ONCE } from './fate.js';
import { leanFetch } from './http.js';
import type { Person } from './person.js';
import { Rounds } from './rounds.js';
import type { WeChatLine } from './wechat-line.js';

/** The calls of an app that take a while, between which something may happen. */
const STEPS = new Set(['login', 'checkSession', 'getUserInfo', 'request']);

/** A phone on which nothing happens but what its app does. */
export function quietWx(person: Person, device: string, storage = new Map<string, unknown>()): SimulatedWx {
  const { simulator, appId, userId } = person;
  return simulatedWx({ simulator, appId, userId, device, storage, fetch: leanFetch });
}

/** A phone that its fate befalls. */
export class UnluckyPhone {
  readonly wx: SimulatedWx;
  /** What has befallen it. */
  readonly met = new Set<Mischief>();
  /** How often servers exchanged its codes at WeChat. */
  exchanges = 0;
  /** How long it took until what befell the phone was over, in milliseconds, which is not the app's time. */
  lostTime = 0;
  private readonly rounds = new Rounds();
  private readonly codes: string[] = [];
  private steps = 0;
  private requests = 0;

  constructor(
    private readonly person: Person,
    storage: Map<string, unknown>,
    private readonly fate: Fate,
    private readonly line: WeChatLine,
    private readonly getInElsewhere: () => Promise<void>,
  ) {
    this.wx = quietWx(person, 'phone-1', storage);
    this.wx.intercept(this.interceptor);
  }

  /** Whether this happens the `n`-th time that it could. */
  happens(mischief: Mischief, n: number): boolean {
    if ((ONCE.has(mischief) && this.met.has(mischief)) || !this.fate.happens(mischief, n)) {
      return false;
    }
    this.met.add(mischief);
    return true;
  }

  /** Forgets the codes, once nothing is in flight. */
  putAway(): void {
    this.codes.forEach((code) => {
      this.line.forget(code);
    });
  }

  private readonly interceptor: Interceptor = ({ name }, proceed) =>
    STEPS.has(name)
      ? this.rounds.run({ send: proceed, after: (result) => this.befall(name, result) })
      : proceed();

  private async befall(name: string, result: WxResult): Promise<void> {
    const start = performance.now();
    const step = ++this.steps;
    if (name === 'login') {
      this.decideOn(String(result.code));
    }
    if (this.happens('keyTurn', step)) {
      await this.person.replaceKey();
    }
    if (this.happens('otherDevice', step)) {
      await this.getInElsewhere();
    }
    this.lostTime += performance.now() - start;
    if (name === 'request' && this.happens('lostAnswer', ++this.requests)) {
      throw new WxFailure('request:fail the connection broke');
    }
  }

  private decideOn(code: string): void {
    const n = this.codes.push(code);
    const isBusy = this.happens('busyWeChat', n);
    this.line.expect(code, {
      isExpired: this.happens('expiredCode', n),
      busyAnswers: isBusy ? this.fate.busyAnswers(n) : 0,
      onExchange: () => {
        this.exchanges++;
      },
    });
  }
}
