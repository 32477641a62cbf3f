"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.withRetries = withRetries;
const error_js_1 = require("./error.js");
/** How often a request is sent at most. */
const MAX_ATTEMPTS = 4;
/** The first delay if the server names none, in seconds. Each further delay is twice as long. */
const BASE_DELAY = 0.5;
/** A longer delay than this many seconds is not waited for; the caller gets the error instead. */
const MAX_DELAY = 120;
/** Retries what fails with `retry`, after the delay that the server asks for, or back-off, plus jitter. */
async function withRetries(send, { repeatable, isWanted }, { random, sleep }) {
    for (let attempt = 1;; attempt++) {
        try {
            return await send();
        }
        catch (error) {
            const { requestId, retryAfter } = error;
            const delay = retryAfter !== null && retryAfter !== void 0 ? retryAfter : BASE_DELAY * 2 ** (attempt - 1);
            // A request id proves that the response is Yaoshi's, which says `retry` only if that is safe.
            const isSafe = repeatable || requestId !== undefined;
            if ((0, error_js_1.recovery)(error) !== 'retry' || !isSafe || attempt === MAX_ATTEMPTS || delay > MAX_DELAY) {
                throw error;
            }
            // Jitter: phones that were refused together must not come back together.
            await sleep(1000 * (delay + random() * Math.max(delay / 4, BASE_DELAY)));
            if (!isWanted()) {
                throw error;
            }
        }
    }
}
