import { setImmediate as nextTurn } from 'node:timers/promises';

/** A call of the app, and what happens to the phone after it. */
interface Call<T> {
  send(): Promise<T>;
  /** Runs while no call is in flight. What it throws becomes the call's failure. */
  after(result: T): Promise<void>;
}

interface Waiting {
  run(): Promise<() => Promise<() => void>>;
}

/**
 * Runs the calls of one phone in rounds. Those that the app makes at the same moment, as after a double tap, are in
 * flight together. All of them have to come back before anything else happens to the phone, and before the app hears of
 * one. So two taps race at the server, and what happens to the phone is still the same in each run.
 */
export class Rounds {
  private waiting: Waiting[] = [];
  private isRunning = false;

  run<T>({ send, after }: Call<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown) => async () => () => reject(error);
      const run = () =>
        send().then(
          (result) => () =>
            after(result).then(
              () => () => resolve(result),
              (error) => () => reject(error),
            ),
          failed,
        );
      this.waiting.push({ run });
      this.start();
    });
  }

  private start(): void {
    if (!this.isRunning) {
      this.isRunning = true;
      this.runRounds();
    }
  }

  private async runRounds(): Promise<void> {
    // The calls of the same moment.
    await nextTurn();
    while (this.waiting.length > 0) {
      const round = this.waiting;
      this.waiting = [];
      const mischiefs = await Promise.all(round.map(({ run }) => run()));
      const settlements: (() => void)[] = [];
      for (const disturb of mischiefs) {
        settlements.push(await disturb());
      }
      for (const settle of settlements) {
        settle();
      }
      await nextTurn();
    }
    this.isRunning = false;
  }
}
