import { recovery, type YaoshiError } from './error.js';
import type { Surroundings } from './surroundings.js';

/** How often a request is sent at most. */
const TRIES = 4;

/** The first pause where the server names none, in seconds. Each further one is twice as long. */
const FIRST_PAUSE = 0.5;

/** Whoever is told to wait longer than this many seconds hears of it instead. */
const LONGEST_PAUSE = 120;

/** What may be sent again. */
export interface Repetition {
  /** Whether it may be sent again where nobody knows what became of it. */
  repeatable: boolean;
  /** Whether anybody still waits for it. */
  wanted(): boolean;
}

/** Sends again what is told `retry`, after the pause that the server asks for and a little more. */
export async function patiently<T>(
  send: () => Promise<T>,
  { repeatable, wanted }: Repetition,
  { random, wait }: Surroundings,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await send();
    } catch (error) {
      const { requestId, retryAfter } = error as YaoshiError;
      const pause = retryAfter ?? FIRST_PAUSE * 2 ** (tries - 1);
      // A request id means that Yaoshi answered, and so that it knows that a repetition does no harm.
      const harmless = repeatable || requestId !== undefined;
      if (recovery(error) !== 'retry' || !harmless || tries === TRIES || pause > LONGEST_PAUSE) {
        throw error;
      }
      // Phones that were turned away together must not come back together.
      await wait(1000 * (pause + random() * Math.max(pause / 4, FIRST_PAUSE)));
      if (!wanted()) {
        throw error;
      }
    }
  }
}
