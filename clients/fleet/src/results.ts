import { MISCHIEFS, type Mischief } from './plan.js';
import { MAX_TAPS, type Outcome } from './run.js';
import type { WayName } from './ways.js';

/** What became of the phones that met a mischief. */
export interface MetCount {
  readonly phones: number;
  /** How many of them got in at the first tap. */
  readonly atFirstTap: number;
}

/** What became of a fleet that went one way. */
export interface WayResult {
  readonly way: WayName;
  readonly phones: number;
  /** How many got in at the first tap, at the second, … */
  readonly inAtTap: readonly number[];
  readonly never: number;
  /** How many got in as somebody else, or share their account with another person. Has to be 0. */
  readonly strangers: number;
  readonly tapsPerRegistration: number;
  readonly exchangesPerRegistration: number;
  /** From the first tap to the session, in milliseconds, of those who got in. */
  readonly medianTime: number;
  readonly p99Time: number;
  readonly met: Readonly<Record<Mischief, MetCount>>;
  /** How often each error was the first that a person saw. */
  readonly firstErrors: Readonly<Record<string, number>>;
}

/** Counts what became of the phones. */
export function resultOf(way: WayName, outcomes: readonly Outcome[]): WayResult {
  const isIn = outcomes.filter(({ tap }) => tap > 0);
  const perRegistration = (total: number) => total / Math.max(isIn.length, 1);
  const times = isIn.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return {
    way,
    phones: outcomes.length,
    inAtTap: Array.from(
      { length: MAX_TAPS },
      (_, index) => isIn.filter(({ tap }) => tap === index + 1).length,
    ),
    never: outcomes.length - isIn.length,
    strangers: strangersAmong(isIn),
    tapsPerRegistration: perRegistration(sum(outcomes.map(({ taps }) => taps))),
    exchangesPerRegistration: perRegistration(sum(outcomes.map(({ exchanges }) => exchanges))),
    medianTime: quantile(times, 0.5),
    p99Time: quantile(times, 0.99),
    met: Object.fromEntries(
      MISCHIEFS.map((mischief) => [mischief, metCount(mischief, outcomes)]),
    ) as WayResult['met'],
    firstErrors: errorCounts(outcomes.flatMap(({ firstError }) => firstError ?? [])),
  };
}

function strangersAmong(isIn: readonly Outcome[]): number {
  const others = isIn.filter(({ account, nickname }) => account?.nickname !== nickname).length;
  const accounts = new Set(isIn.map(({ account }) => account?.id));
  return others + (isIn.length - accounts.size);
}

function metCount(mischief: Mischief, outcomes: readonly Outcome[]): MetCount {
  const those = outcomes.filter(({ met }) => met.includes(mischief));
  return { phones: those.length, atFirstTap: those.filter(({ tap }) => tap === 1).length };
}

function errorCounts(errors: readonly string[]): Record<string, number> {
  const kinds = [...new Set(errors)].sort();
  return Object.fromEntries(kinds.map((kind) => [kind, errors.filter((error) => error === kind).length]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
