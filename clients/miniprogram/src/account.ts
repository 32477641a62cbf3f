import type { components } from './api.js';
import { recovery, YaoshiError } from './error.js';
import type { State, User } from './face.js';
import type { Grant, Keeping } from './keeping.js';
import { KeyCheck } from './key-check.js';
import { logIn, newName } from './phone.js';
import type { Server } from './server.js';
import { Shared } from './shared.js';

type Schemas = components['schemas'];

/** Who is logged in, for all clients of one app over one storage. */
export class Account {
  /** What to show now. */
  state: State = { kind: 'starting' };
  private readonly listeners = new Set<(state: State) => void>();
  private readonly keyCheck: KeyCheck;
  private grant: Grant | undefined;
  private isSignedOut = false;
  /** How often somebody logged out: what began before the last time must not change anything. */
  private logouts = 0;
  private loading: Promise<void> | undefined;
  private replaced: Promise<unknown> = Promise.resolve();
  private loggingIn: Promise<Grant> | undefined;
  private readonly starting = new Shared<State>();
  private readonly confirming = new Shared<void>();

  constructor(
    readonly server: Server,
    private readonly keeping: Keeping,
  ) {
    this.keyCheck = new KeyCheck(server);
  }

  on(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  start(): Promise<State> {
    return this.starting.run(async () => {
      await this.load();
      // What went wrong is the state already.
      await this.wakeUp().catch(() => undefined);
      return this.state;
    });
  }

  async logIn(): Promise<State> {
    const moment = this.logouts;
    await this.load();
    this.assertWanted(moment);
    this.isSignedOut = false;
    if (this.loggingIn || !this.grant) {
      await this.renew(this.grant, false);
    } else if (!isLoggedIn(this.state)) {
      await this.confirm();
    }
    // While the token was confirmed, the key may have been found dead.
    await this.loggingIn;
    this.assertWanted(moment);
    return this.state;
  }

  async logOut(): Promise<void> {
    const grant = await this.forget();
    if (grant) {
      await this.end(grant);
    }
  }

  /** Signs out here, and answers what is to be ended at the server. */
  async forget(): Promise<Grant | undefined> {
    this.logouts++;
    this.isSignedOut = true;
    this.loggingIn = undefined;
    this.show({ kind: 'signed_out' });
    await this.load();
    const { grant } = this;
    this.grant = undefined;
    await this.keeping.write('signed_out');
    return grant;
  }

  /** The token at hand: kept, of the login under way, or of a new one. */
  async hold(): Promise<Grant> {
    await this.load();
    return this.loggingIn || !this.grant ? this.renew(this.grant, false) : this.grant;
  }

  /** Sends with the token; where that is refused, logs in and sends once more. */
  async withToken<T>(send: (token: string) => Promise<T>): Promise<T> {
    const grant = await this.hold();
    try {
      return await send(grant.token);
    } catch (error) {
      return send((await this.renewAfter(error, grant)).token);
    }
  }

  /** Logs in where that is what the failure asks for; all else is thrown again. */
  async renewAfter(error: unknown, grant: Grant): Promise<Grant> {
    if (recovery(error) !== 'login_again' || (error as YaoshiError).code === 'signed_out') {
      throw error;
    }
    await this.replaced;
    return this.renew(grant, (error as YaoshiError).status === 401);
  }

  /** A grant in place of the old one: by the login under way, by one that was faster, or by a new one. */
  renew(old: Grant | undefined, isRefused: boolean): Promise<Grant> {
    if (this.isSignedOut) {
      return Promise.reject(signedOut());
    }
    if (!this.loggingIn) {
      if (this.grant && this.grant !== old) {
        return Promise.resolve(this.grant);
      }
      const login = this.exchange(isRefused);
      const done = () => {
        if (this.loggingIn === login) {
          this.loggingIn = undefined;
        }
      };
      this.loggingIn = login;
      login.then(done, done);
    }
    return this.loggingIn;
  }

  /**
   * Work that has the server replace the token. The old one is refused from then on, before the new one has
   * arrived: that is no reason to log in, so whoever is refused meanwhile waits.
   */
  replacing<T>(work: Promise<T>): Promise<T> {
    this.replaced = Promise.all([this.replaced, work.catch(() => undefined)]);
    return work;
  }

  /** Logs in where WeChat says that the phone's key is dead; asks only if it has not done so just now. */
  async reviveKey(): Promise<void> {
    const grant = await this.hold();
    if (!(await this.keyCheck.isAlive())) {
      await this.renew(grant, false);
    }
  }

  /** Asks WeChat whether the phone's key is alive, and logs in if not and if anybody wants to be logged in. */
  async checkKey(): Promise<boolean> {
    await this.load();
    const { grant } = this;
    const isAlive = await this.keyCheck.ask();
    if (!isAlive && !this.isSignedOut) {
      await this.renew(grant, false);
    }
    return isAlive;
  }

  /** What {@link Account.accept} needs to know of the moment when a request was begun. */
  moment(): number {
    return this.logouts;
  }

  /** Throws if somebody logged out since `moment`. */
  assertWanted(moment: number): void {
    if (moment !== this.logouts) {
      throw signedOut();
    }
  }

  /** Takes a new token, unless somebody logged out since `moment`: then it is ended. */
  async accept(moment: number, answer: Schemas['Grant'], user: User | null | undefined): Promise<Grant> {
    const sessionId = answer.session.id;
    const grant = { token: answer.token, sessionId };
    if (moment !== this.logouts) {
      this.end(grant);
      throw signedOut();
    }
    this.grant = grant;
    await this.keeping.write(grant);
    this.assertWanted(moment);
    if (this.grant === grant) {
      this.show(user ? { kind: 'registered', sessionId, user } : { kind: 'unregistered', sessionId });
    }
    return grant;
  }

  /** Takes what the server told of the user. */
  learn(user: User): User {
    if (this.state.kind === 'registered' && this.state.user.id === user.id) {
      this.show({ ...this.state, user });
    }
    return user;
  }

  private load(): Promise<void> {
    this.loading ??= this.keeping.read().then((kept) => {
      if (kept === 'signed_out') {
        this.isSignedOut = true;
      } else {
        this.grant = kept;
      }
    });
    return this.loading;
  }

  private async wakeUp(): Promise<void> {
    if (this.isSignedOut) {
      return this.show({ kind: 'signed_out' });
    }
    const { grant } = this;
    if (!grant || this.loggingIn) {
      await this.renew(grant, false);
      return;
    }
    const [isAlive] = await Promise.all([this.keyCheck.isAlive(), this.confirm()]);
    if (!isAlive) {
      await this.renew(grant, false);
    }
  }

  /** Asks the server about the stored token, and logs in where it refuses it. */
  private confirm(): Promise<void> {
    return this.confirming.run(async () => {
      const grant = await this.hold();
      const { sessionId } = grant;
      const wasLoggedIn = isLoggedIn(this.state);
      const show = (state: State) => this.grant === grant && !this.loggingIn && this.show(state);
      if (!wasLoggedIn) {
        show({ kind: 'starting' });
      }
      try {
        show({ kind: 'registered', sessionId, user: await this.server.send('GET /v1/me', grant) });
      } catch (error) {
        if (recovery(error) === 'register') {
          show({ kind: 'unregistered', sessionId });
        } else if (recovery(error) === 'login_again') {
          await this.renewAfter(error, grant);
        } else {
          // Whoever was logged in stays so without a network.
          if (!wasLoggedIn) {
            show({ kind: 'failed', error: error as YaoshiError });
          }
          throw error;
        }
      }
    });
  }

  /** One login. The token before it is ended, unless it was refused. */
  private async exchange(isRefused: boolean): Promise<Grant> {
    const moment = this.logouts;
    if (isRefused) {
      this.grant = undefined;
    }
    try {
      // Whoever registers meanwhile becomes a user first, and their new token is the one to be ended.
      await this.replaced;
      this.assertWanted(moment);
      this.show({ kind: 'logging_in' });
      const answer = await this.sendLogin(() => moment === this.logouts);
      const old = this.grant;
      const grant = await this.accept(moment, answer, answer.user);
      this.keyCheck.renewed();
      if (old) {
        this.end(old);
      }
      return grant;
    } catch (error) {
      if (moment !== this.logouts) {
        throw signedOut();
      }
      this.show({ kind: 'failed', error: error as YaoshiError });
      throw error;
    }
  }

  /** Sends one code under one name as often as need be, and another code only when told to, once. */
  private async sendLogin(wanted: () => boolean): Promise<Schemas['LoginAnswer']> {
    const { wx, surroundings } = this.server;
    for (let codes = 1; ; codes++) {
      const code = await logIn(wx);
      const idempotencyKey = await newName(wx, surroundings);
      try {
        const body = { app_id: this.server.appId, code };
        return await this.server.send('POST /v1/login', { body, idempotencyKey, wanted });
      } catch (error) {
        if (recovery(error) !== 'login_again' || codes === 2 || !wanted()) {
          throw error;
        }
      }
    }
  }

  /** Ends a session at the server, if that can be reached. */
  private async end(grant: Grant): Promise<void> {
    await this.server.sendOnce('DELETE /v1/session', grant).catch(() => undefined);
  }

  private show(state: State): void {
    this.state = state;
    for (const listener of [...this.listeners]) {
      if (this.state !== state) {
        // A listener before this one has changed it, and everybody has been told of that.
        return;
      }
      try {
        listener(state);
      } catch (error) {
        // It is the listener's mistake: whoever logs in hears nothing of it.
        console.error(error);
      }
    }
  }
}

/** Whether somebody is logged in, user or not. */
function isLoggedIn({ kind }: State): boolean {
  return kind === 'registered' || kind === 'unregistered';
}

function signedOut(): YaoshiError {
  return new YaoshiError('signed_out', 'login_again', 'Nobody is logged in.');
}
