import type { TokenStorage } from './face.js';
/** A token and the session it opens. */
export interface Grant {
    readonly token: string;
    readonly sessionId: string;
}
/** What is kept between starts: a grant, or that the user signed out. */
export type Kept = Grant | 'signed_out' | undefined;
/** Keeps one thing in a storage that may fail: what cannot be kept is gone when the app ends, no more. */
export declare class Keeping {
    private readonly storage;
    private readonly key;
    private last;
    constructor(storage: TokenStorage, key: string);
    /** What was kept; nothing where it cannot be read. */
    read(): Promise<Kept>;
    /** Keeps it in place of what was kept before. Whatever is written last stays, however slow the storage. */
    write(kept: Kept): Promise<unknown>;
}
