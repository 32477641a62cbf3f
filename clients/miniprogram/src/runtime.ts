/** What the client needs from the JavaScript runtime: a clock, random numbers and timers. */
export interface Runtime {
  /** Milliseconds since 1970, by the phone's clock, which may jump. */
  now(): number;
  /** A number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** Resolves after the given time. */
  sleep(milliseconds: number): Promise<void>;
}

/** The real clock, random numbers and timers. */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  random: () => Math.random(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
