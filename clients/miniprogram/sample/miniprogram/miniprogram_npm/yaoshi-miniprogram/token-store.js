"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.TokenStore = void 0;
/** Reads and writes one entry of a storage that may fail. A failed write only costs the login after a restart. */
class TokenStore {
    constructor(storage, key) {
        this.storage = storage;
        this.key = key;
        this.lastWrite = Promise.resolve();
    }
    /** The stored entry; `undefined` if there is none or it cannot be read. */
    async read() {
        try {
            const stored = JSON.parse((await this.storage.getItem(this.key)) || 'null');
            if (stored === 'signed_out') {
                return stored;
            }
            const { token, sessionId } = stored;
            return token && sessionId ? { token, sessionId } : undefined;
        }
        catch (_a) {
            return undefined;
        }
    }
    /** Replaces the entry. Writes run one after the other, so the last one wins even on a slow storage. */
    write(login) {
        this.lastWrite = this.lastWrite
            .then(() => this.storage.setItem(this.key, JSON.stringify(login)))
            .catch(() => this.storage.removeItem(this.key))
            // If the old token can be neither replaced nor removed, the server refuses it at the next start.
            .catch(() => undefined);
        return this.lastWrite;
    }
}
exports.TokenStore = TokenStore;
