// A clock of the server's own, by libfaketime (Debian's package `faketime`), which can be set while it runs.

import { existsSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const LIBRARY = 'libfaketime.so.1';
/** Before the earliest time that a clock is set to, so that WeChat's certificate is valid then. */
const TWO_DAYS_AGO = '-2d';

/** Where Debian and others keep it. */
function library() {
  const folders = readdirSync('/usr/lib', { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join('/usr/lib', name, 'faketime', LIBRARY));
  const found = [join('/usr/lib/faketime', LIBRARY), ...folders].find(existsSync);
  if (!found) {
    throw new Error(`${LIBRARY} is missing: install the package faketime`);
  }
  return found;
}

/** To a wrong clock, times that WeChat wrote are too far; sessions, and what repetitions need, have expired. */
const OF_WRONG_TIME = new Set(['stale_data', 'session_expired', 'code_used']);

/** Whether an instance with a wrong clock is right to refuse like this. */
export function isOfWrongTime({ code }) {
  return OF_WRONG_TIME.has(code);
}

export class FakeClock {
  #file;

  constructor(file) {
    this.#file = file;
  }

  /** Sets it so many seconds before or behind the real one. Whoever waits for a duration notices nothing. */
  async set(seconds) {
    const sign = seconds < 0 ? '-' : '+';
    await writeFile(this.#file, `${sign}${Math.abs(Math.round(seconds))}\n`);
  }

  /** The environment of a program that has this clock. */
  get env() {
    return {
      LD_PRELOAD: library(),
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    };
  }
}

/** The environment in which a certificate is made that is valid at all times which a clock shows. */
export function earlierEnv() {
  return { LD_PRELOAD: library(), FAKETIME: TWO_DAYS_AGO };
}
