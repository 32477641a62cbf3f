import type { Words } from './language.js';
import { MISCHIEFS } from './plan.js';
import type { WayResult } from './results.js';

/** A share as a percentage. Only all of them are 100 %, and only none of them 0 %. */
export function percent(part: number, whole: number): string {
  if (part === whole || part === 0) {
    return part === 0 ? '0 %' : '100 %';
  }
  return `${Math.min(Math.max((100 * part) / whole, 0.01), 99.99).toFixed(2)} %`;
}

/** At which tap the phones got in, and what it took: a row for each way. */
export function tapTable(results: readonly WayResult[], words: Words): string {
  const head = [
    words.way,
    ...words.taps,
    words.tapsPerRegistration,
    words.exchangesPerRegistration,
    words.medianTime,
    words.p99Time,
  ];
  const rows = results.map((result) => [
    words.ways[result.way],
    ...[...result.inAtTap, result.never].map((count) => percent(count, result.phones)),
    result.tapsPerRegistration.toFixed(3),
    result.exchangesPerRegistration.toFixed(3),
    `${result.medianTime.toFixed(0)} ms`,
    `${result.p99Time.toFixed(0)} ms`,
  ]);
  return markdown([head, ...rows]);
}

/** What each way makes of each mischief: how many of those who met it got in at the first tap. */
export function mischiefTable(results: readonly WayResult[], words: Words): string {
  const head = [words.met, ...results.map(({ way }) => words.ways[way])];
  const rows = MISCHIEFS.map((mischief) => [
    words.mischiefs[mischief],
    ...results.map(({ met }) =>
      met[mischief].phones === 0 ? '–' : percent(met[mischief].atFirstTap, met[mischief].phones),
    ),
  ]);
  return markdown([head, ...rows]);
}

function markdown([head = [], ...rows]: readonly string[][]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
