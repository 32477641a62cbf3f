import type { components } from './api.js';
import { recovery, YaoshiError } from './error.js';
import { KeyCheck } from './key-check.js';
import { PhoneButton } from './phone.js';
import type { Server } from './server.js';
import { SingleFlight } from './single-flight.js';
import type { Grant, TokenStore } from './token-store.js';
import type { State, User } from './types.js';
import { loginCode, newIdempotencyKey } from './wx.js';

type Schemas = components['schemas'];

/** The login of one app on one phone. All clients of the app over one storage share it. */
export class Account {
  /** The current state. */
  state: State = { kind: 'starting' };
  /** Incremented by every logout. What began in an earlier epoch must not change anything. */
  epoch = 0;
  readonly phoneButton: PhoneButton;
  private readonly listeners = new Set<(state: State) => void>();
  private readonly keyCheck: KeyCheck;
  private grant: Grant | undefined;
  private isSignedOut = false;
  private loading: Promise<void> | undefined;
  private tokenReplaced: Promise<unknown> = Promise.resolve();
  private loggingIn: Promise<Grant> | undefined;
  private readonly starts = new SingleFlight<State>();
  private readonly confirmations = new SingleFlight<void>();

  constructor(
    readonly server: Server,
    private readonly store: TokenStore,
  ) {
    this.phoneButton = new PhoneButton(server);
    this.keyCheck = new KeyCheck(server);
  }

  /** Calls the listener with every new state until the returned function is called. */
  subscribe(listener: (state: State) => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  start(): Promise<State> {
    return this.starts.run(async () => {
      await this.load();
      // An error is in the state already.
      await this.resume().catch(() => undefined);
      return this.state;
    });
  }

  async logIn(): Promise<State> {
    const { epoch } = this;
    await this.load();
    this.assertCurrent(epoch);
    this.isSignedOut = false;
    if (this.loggingIn || !this.grant) {
      await this.renew(this.grant, false);
    } else if (!isLoggedIn(this.state)) {
      await this.confirm();
    }
    // A concurrent key check may have started a login during the confirmation.
    await this.loggingIn;
    this.assertCurrent(epoch);
    return this.state;
  }

  async logOut(): Promise<void> {
    const grant = await this.signOutLocally();
    if (grant) {
      await this.endSession(grant);
    }
  }

  /** Signs out on this phone only. Returns the grant whose session is still open at the server. */
  async signOutLocally(): Promise<Grant | undefined> {
    this.epoch++;
    this.isSignedOut = true;
    this.loggingIn = undefined;
    this.setState({ kind: 'signed_out' });
    await this.load();
    const { grant } = this;
    this.grant = undefined;
    await this.store.write('signed_out');
    return grant;
  }

  /** The current grant: the stored one, that of the login in flight, or that of a new login. */
  async ensureGrant(): Promise<Grant> {
    await this.load();
    return this.loggingIn || !this.grant ? this.renew(this.grant, false) : this.grant;
  }

  /** Sends with the current token. If the server refuses it, logs in and sends once more. */
  async withToken<T>(send: (token: string, grant: Grant) => Promise<T>): Promise<T> {
    const grant = await this.ensureGrant();
    try {
      return await send(grant.token, grant);
    } catch (error) {
      const renewed = await this.renewAfter(error, grant);
      return send(renewed.token, renewed);
    }
  }

  /** Logs in if the error says `login_again`; rethrows every other error. */
  async renewAfter(error: unknown, grant: Grant): Promise<Grant> {
    if (recovery(error) !== 'login_again' || (error as YaoshiError).code === 'signed_out') {
      throw error;
    }
    await this.tokenReplaced;
    return this.renew(grant, (error as YaoshiError).status === 401);
  }

  /** Replaces `old`: by the grant that has replaced it already, by that of the login in flight, or by a new login. */
  renew(old: Grant | undefined, isRefused: boolean): Promise<Grant> {
    if (this.isSignedOut) {
      return Promise.reject(signedOut());
    }
    if (!this.loggingIn) {
      if (this.grant && this.grant !== old) {
        return Promise.resolve(this.grant);
      }
      const login = this.performLogin(isRefused);
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
   * Tracks a request with which the server replaces the token. The server refuses the old token before the new
   * one arrives. That is no reason to log in: requests that are refused in between wait for this one.
   */
  replaceToken<T>(request: Promise<T>): Promise<T> {
    this.tokenReplaced = Promise.all([this.tokenReplaced, request.catch(() => undefined)]);
    return request;
  }

  /** Logs in if the phone's key is no longer valid. Uses the cached result of a recent check. */
  async ensureValidKey(): Promise<void> {
    const grant = await this.ensureGrant();
    if (!(await this.keyCheck.isValid())) {
      await this.renew(grant, false);
    }
  }

  /** Checks the phone's key with WeChat. Logs in if it is not valid, unless the user is signed out. */
  async checkKey(): Promise<boolean> {
    await this.load();
    const { grant } = this;
    const isValid = await this.keyCheck.check();
    if (!isValid && !this.isSignedOut) {
      await this.renew(grant, false);
    }
    return isValid;
  }

  /** Asks WeChat, through the server, whether the server's newest key is live. Logs in if it is not. */
  async checkKeyAtServer(): Promise<boolean> {
    const { session_key, grant } = await this.withToken(async (token, grant) => ({
      ...(await this.server.send('POST /v1/session/check', { token })),
      grant,
    }));
    const isLive = session_key === 'live';
    if (!isLive) {
      await this.renew(grant, false);
    }
    return isLive;
  }

  /** Throws `signed_out` if the user logged out since `epoch`. */
  assertCurrent(epoch: number): void {
    if (epoch !== this.epoch) {
      throw signedOut();
    }
  }

  /** Stores a new grant. If the user logged out since `epoch`, ends its session instead. */
  async accept(epoch: number, issued: Schemas['Grant'], user: User | null | undefined): Promise<Grant> {
    const sessionId = issued.session.id;
    const grant = { token: issued.token, sessionId };
    if (epoch !== this.epoch) {
      this.endSession(grant);
      throw signedOut();
    }
    this.grant = grant;
    await this.store.write(grant);
    this.assertCurrent(epoch);
    if (this.grant === grant) {
      this.setState(user ? { kind: 'registered', sessionId, user } : { kind: 'unregistered', sessionId });
    }
    return grant;
  }

  /** Puts the user that the server returned into the state. */
  updateUser(user: User): User {
    if (this.state.kind === 'registered' && this.state.user.id === user.id) {
      this.setState({ ...this.state, user });
    }
    return user;
  }

  private load(): Promise<void> {
    this.loading ??= this.store.read().then((stored) => {
      if (stored === 'signed_out') {
        this.isSignedOut = true;
      } else {
        this.grant = stored;
      }
    });
    return this.loading;
  }

  private async resume(): Promise<void> {
    if (this.isSignedOut) {
      return this.setState({ kind: 'signed_out' });
    }
    const { grant } = this;
    if (!grant || this.loggingIn) {
      await this.renew(grant, false);
      return;
    }
    const [isValid] = await Promise.all([this.keyCheck.isValid(), this.confirm()]);
    if (!isValid) {
      await this.renew(grant, false);
    }
  }

  /** Confirms the stored token with the server. Logs in if the server refuses it. */
  private confirm(): Promise<void> {
    return this.confirmations.run(async () => {
      const grant = await this.ensureGrant();
      const { sessionId } = grant;
      const wasLoggedIn = isLoggedIn(this.state);
      const show = (state: State) => this.grant === grant && !this.loggingIn && this.setState(state);
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
          // A user who is logged in stays so without a network.
          if (!wasLoggedIn) {
            show({ kind: 'failed', error: error as YaoshiError });
          }
          throw error;
        }
      }
    });
  }

  /** Logs in once. Ends the previous session, unless the server refused its token. */
  private async performLogin(isRefused: boolean): Promise<Grant> {
    const { epoch } = this;
    if (isRefused) {
      this.grant = undefined;
    }
    try {
      // A registration in flight completes first, so that its session is the one to end.
      await this.tokenReplaced;
      this.assertCurrent(epoch);
      this.setState({ kind: 'logging_in' });
      const login = await this.sendLogin(() => epoch === this.epoch);
      const old = this.grant;
      const grant = await this.accept(epoch, login, login.user);
      this.keyCheck.keyRenewed();
      if (old) {
        this.endSession(old);
      }
      return grant;
    } catch (error) {
      if (epoch !== this.epoch) {
        throw signedOut();
      }
      this.setState({ kind: 'failed', error: error as YaoshiError });
      throw error;
    }
  }

  /** Retries with the same code and idempotency key. Gets one more code if the server asks for it. */
  private async sendLogin(isWanted: () => boolean): Promise<Schemas['LoginAnswer']> {
    const { wx, runtime } = this.server;
    for (let codes = 1; ; codes++) {
      const code = await loginCode(wx);
      const idempotencyKey = await newIdempotencyKey(wx, runtime);
      try {
        const body = { app_id: this.server.appId, code };
        return await this.server.send('POST /v1/login', { body, idempotencyKey, isWanted });
      } catch (error) {
        if (recovery(error) !== 'login_again' || codes === 2 || !isWanted()) {
          throw error;
        }
      }
    }
  }

  /** Ends a session at the server. An error is ignored. */
  private async endSession(grant: Grant): Promise<void> {
    await this.server.sendOnce('DELETE /v1/session', grant).catch(() => undefined);
  }

  private setState(state: State): void {
    this.state = state;
    for (const listener of [...this.listeners]) {
      if (this.state !== state) {
        // An earlier listener changed the state, and all listeners have been called with the new one.
        return;
      }
      try {
        listener(state);
      } catch (error) {
        // A bug in the listener must not fail the login.
        console.error(error);
      }
    }
  }
}

/** Whether there is a session, registered or not. */
function isLoggedIn({ kind }: State): boolean {
  return kind === 'registered' || kind === 'unregistered';
}

function signedOut(): YaoshiError {
  return new YaoshiError('signed_out', 'login_again', 'The user is signed out.');
}
