/** Runs at most one call at a time: callers that arrive while it runs share its result. */
export class SingleFlight<T> {
  private inFlight: Promise<T> | undefined;

  run(call: () => Promise<T>): Promise<T> {
    if (!this.inFlight) {
      const done = () => {
        this.inFlight = undefined;
      };
      this.inFlight = call();
      this.inFlight.then(done, done);
    }
    return this.inFlight;
  }
}
