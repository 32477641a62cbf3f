import type { TokenStorage } from './types.js';

/** A token and the session it opens. */
export interface Grant {
  readonly token: string;
  readonly sessionId: string;
}

/** What is stored between starts: a grant, or the fact that the user signed out. */
export type StoredLogin = Grant | 'signed_out' | undefined;

/** Reads and writes one entry of a storage that may fail. A failed write only costs the login after a restart. */
export class TokenStore {
  private lastWrite: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly storage: TokenStorage,
    private readonly key: string,
  ) {}

  /** The stored entry; `undefined` if there is none or it cannot be read. */
  async read(): Promise<StoredLogin> {
    try {
      const stored: unknown = JSON.parse((await this.storage.getItem(this.key)) || 'null');
      if (stored === 'signed_out') {
        return stored;
      }
      const { token, sessionId } = stored as Grant;
      return token && sessionId ? { token, sessionId } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Replaces the entry. Writes run one after the other, so the last one wins even on a slow storage. */
  write(login: StoredLogin): Promise<unknown> {
    this.lastWrite = this.lastWrite
      .then(() => this.storage.setItem(this.key, JSON.stringify(login)))
      .catch(() => this.storage.removeItem(this.key))
      // If the old token can be neither replaced nor removed, the server refuses it at the next start.
      .catch(() => undefined);
    return this.lastWrite;
  }
}
