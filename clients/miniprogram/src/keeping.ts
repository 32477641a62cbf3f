import type { TokenStorage } from './face.js';

/** A token and the session it opens. */
export interface Grant {
  readonly token: string;
  readonly sessionId: string;
}

/** What is kept between starts: a grant, or that the user signed out. */
export type Kept = Grant | 'signed_out' | undefined;

/** Keeps one thing in a storage that may fail: what cannot be kept is gone when the app ends, no more. */
export class Keeping {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly storage: TokenStorage,
    private readonly key: string,
  ) {}

  /** What was kept; nothing where it cannot be read. */
  async read(): Promise<Kept> {
    try {
      const kept: unknown = JSON.parse((await this.storage.getItem(this.key)) || 'null');
      if (kept === 'signed_out') {
        return kept;
      }
      const { token, sessionId } = kept as Grant;
      return token && sessionId ? { token, sessionId } : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keeps it in place of what was kept before. Whatever is written last stays, however slow the storage. */
  write(kept: Kept): Promise<unknown> {
    this.last = this.last
      .then(() => this.storage.setItem(this.key, JSON.stringify(kept)))
      .catch(() => this.storage.removeItem(this.key))
      // A token that could neither be replaced nor removed is refused by the server when the app starts again.
      .catch(() => undefined);
    return this.last;
  }
}
