/** Work that is done once at a time: who asks for it meanwhile shares what comes of it. */
export class Shared<T> {
  private underWay: Promise<T> | undefined;

  run(work: () => Promise<T>): Promise<T> {
    if (!this.underWay) {
      const done = () => {
        this.underWay = undefined;
      };
      this.underWay = work();
      this.underWay.then(done, done);
    }
    return this.underWay;
  }
}
