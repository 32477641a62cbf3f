"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Keeping = void 0;
/** Keeps one thing in a storage that may fail: what cannot be kept is gone when the app ends, no more. */
class Keeping {
    constructor(storage, key) {
        this.storage = storage;
        this.key = key;
        this.last = Promise.resolve();
    }
    /** What was kept; nothing where it cannot be read. */
    async read() {
        try {
            const kept = JSON.parse((await this.storage.getItem(this.key)) || 'null');
            if (kept === 'signed_out') {
                return kept;
            }
            const { token, sessionId } = kept;
            return token && sessionId ? { token, sessionId } : undefined;
        }
        catch (_a) {
            return undefined;
        }
    }
    /** Keeps it in place of what was kept before. Whatever is written last stays, however slow the storage. */
    write(kept) {
        this.last = this.last
            .then(() => this.storage.setItem(this.key, JSON.stringify(kept)))
            .catch(() => this.storage.removeItem(this.key))
            // A token that could neither be replaced nor removed is refused by the server when the app starts again.
            .catch(() => undefined);
        return this.last;
    }
}
exports.Keeping = Keeping;
