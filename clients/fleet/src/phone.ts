import { type Interceptor, type SimulatedWx, simulatedWx, WxFailure, type WxResult } from 'simulated-wx';
import { leanFetch } from './http.js';
import type { Person } from './person.js';
import { type Mischief, ONCE, type Plan } from './plan.js';
import { Rounds } from './rounds.js';
import type { WeChatLine } from './wechat-line.js';

/** The calls of an app that take a while, between which something may happen. */
const STEPS = new Set(['login', 'checkSession', 'getUserInfo', 'request']);

/** A phone on which nothing happens but what its app does. */
export function undisturbedWx(
  person: Person,
  device: string,
  storage = new Map<string, unknown>(),
): SimulatedWx {
  const { simulator, appId, userId } = person;
  return simulatedWx({ simulator, appId, userId, device, storage, fetch: leanFetch });
}

/** A phone to which happens what its plan says. */
export class Phone {
  readonly wx: SimulatedWx;
  /** What has happened to it. */
  readonly met = new Set<Mischief>();
  /** How often servers exchanged its codes at WeChat. */
  exchanges = 0;
  /** How long the mischief took, in milliseconds. It is not the app's time. */
  lostTime = 0;
  private readonly rounds = new Rounds();
  private readonly codes: string[] = [];
  private steps = 0;
  private requests = 0;

  constructor(
    private readonly person: Person,
    storage: Map<string, unknown>,
    private readonly plan: Plan,
    private readonly line: WeChatLine,
    private readonly getInElsewhere: () => Promise<void>,
  ) {
    this.wx = undisturbedWx(person, 'phone-1', storage);
    this.wx.intercept(this.interceptor);
  }

  /** Whether this happens the `n`-th time that it could. */
  happens(mischief: Mischief, n: number): boolean {
    if ((ONCE.has(mischief) && this.met.has(mischief)) || !this.plan.happens(mischief, n)) {
      return false;
    }
    this.met.add(mischief);
    return true;
  }

  /** Forgets the codes, once nothing is in flight. */
  forgetCodes(): void {
    this.codes.forEach((code) => {
      this.line.forget(code);
    });
  }

  private readonly interceptor: Interceptor = ({ name }, proceed) =>
    STEPS.has(name)
      ? this.rounds.run({ send: proceed, after: (result) => this.disturb(name, result) })
      : proceed();

  private async disturb(name: string, result: WxResult): Promise<void> {
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
      busyAnswers: isBusy ? this.plan.busyAnswers(n) : 0,
      onExchange: () => {
        this.exchanges++;
      },
    });
  }
}
