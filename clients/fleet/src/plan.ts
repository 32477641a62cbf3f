/** What may happen to a phone. Its rate is the probability at each of the moments that are named here. */
export const MISCHIEFS = [
  /** Once a phone: the app was opened on an earlier day. The next `wx.login` replaces the session_key of then. */
  'oldKey',
  /** Once a phone: the app was opened on an earlier day, and WeChat has replaced the session_key since. */
  'staleSession',
  /** After each step of the phone, which is a call to WeChat or a request: WeChat replaces the session_key. */
  'keyTurn',
  /** After each step: the same person gets in on another device. */
  'otherDevice',
  /** At each tap: the person taps twice. */
  'doubleTap',
  /** At each request: the connection breaks after the server has dealt with it. */
  'lostAnswer',
  /** At each code: it has expired when it reaches WeChat. */
  'expiredCode',
  /** At each code: WeChat is busy when it is exchanged, one to three times in a row. */
  'busyWeChat',
] as const;

export type Mischief = (typeof MISCHIEFS)[number];

/**
 * What happens to a phone once at most. WeChat keeps a new session_key for minutes, nobody has a third device at hand, and
 * a second code goes out at once.
 */
export const ONCE: ReadonlySet<Mischief> = new Set(['keyTurn', 'otherDevice', 'expiredCode']);

export type Rates = Readonly<Record<Mischief, number>>;

/** A fleet: as many phones, each with a plan that follows from the seed and its number. */
export interface Fleet {
  readonly phones: number;
  readonly seed: number;
  readonly rates: Rates;
}

/** What happens to one phone and when. The same for every way to log in, since it depends on nothing but the numbers. */
export class Plan {
  constructor(
    private readonly fleet: Fleet,
    private readonly phone: number,
  ) {}

  /** Whether it happens the `n`-th time that it could. */
  happens(mischief: Mischief, n: number): boolean {
    return this.fraction(mischief, n) < this.fleet.rates[mischief];
  }

  /** How often WeChat is busy for the `n`-th code. */
  busyAnswers(n: number): number {
    const { busyWeChat: rate } = this.fleet.rates;
    const fraction = this.fraction('busyWeChat', n);
    return fraction < rate ? 1 + Math.floor((3 * fraction) / rate) : 0;
  }

  private fraction(mischief: Mischief, n: number): number {
    const numbers = [this.fleet.seed, this.phone, MISCHIEFS.indexOf(mischief), n];
    return numbers.reduce(mixed, 0) / 2 ** 32;
  }
}

/** Mixes a number into a hash of 32 bits, with the constants of MurmurHash3's last step. */
function mixed(hash: number, number: number): number {
  let mixed = (hash + number + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
