import type { Server } from './server.js';
import { SingleFlight } from './single-flight.js';
import { checkSession } from './wx.js';

/** How long a positive result is cached, in milliseconds: about the time from a start to the first tap. */
const CACHE_TTL = 10_000;

/** Calls `wx.checkSession`, rarely enough for WeChat's rate limit. */
export class KeyCheck {
  private readonly checks = new SingleFlight<boolean>();
  private checkedAt: number | undefined;
  private wasValid = false;

  constructor(private readonly server: Server) {}

  /** Whether the phone's session_key is valid, from the cache where it is fresh. */
  isValid(): Promise<boolean> {
    const age = this.server.runtime.now() - (this.checkedAt ?? Number.NaN);
    return this.wasValid && age >= 0 && age < CACHE_TTL ? Promise.resolve(true) : this.check();
  }

  /** Whether the phone's session_key is valid, from WeChat. A check that cannot be made counts as valid. */
  check(): Promise<boolean> {
    return this.checks.run(async () => {
      const isValid = await checkSession(this.server.wx);
      this.checkedAt = this.server.runtime.now();
      this.wasValid = isValid === true;
      return isValid !== false;
    });
  }

  /** Records that a login has replaced the key, so that a failed check just before it no longer counts. */
  keyRenewed(): void {
    this.wasValid = true;
  }
}
