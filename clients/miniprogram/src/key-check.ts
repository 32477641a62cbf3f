import { keyIsAlive } from './phone.js';
import type { Server } from './server.js';
import { Shared } from './shared.js';

/** For how long an answer is good, in milliseconds: as long as it takes from a start to a first tap. */
const MOMENT = 10_000;

/** `wx.checkSession`, asked as rarely as WeChat wants it to be. */
export class KeyCheck {
  private readonly asking = new Shared<boolean>();
  private askedAt: number | undefined;
  private wasAlive = false;

  constructor(private readonly server: Server) {}

  /** Whether the phone's key is alive, or was a moment ago. */
  isAlive(): Promise<boolean> {
    const age = this.server.surroundings.now() - (this.askedAt ?? Number.NaN);
    return this.wasAlive && age >= 0 && age < MOMENT ? Promise.resolve(true) : this.ask();
  }

  /** Whether the phone's key is alive. What cannot be asked counts as yes: no answer does not make it dead. */
  ask(): Promise<boolean> {
    return this.asking.run(async () => {
      const isAlive = await keyIsAlive(this.server.wx);
      this.askedAt = this.server.surroundings.now();
      this.wasAlive = isAlive === true;
      return isAlive !== false;
    });
  }

  /** A login has replaced the key: one that was just found dead is alive now. */
  renewed(): void {
    this.wasAlive = true;
  }
}
