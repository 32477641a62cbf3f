"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.patiently = patiently;
const error_js_1 = require("./error.js");
/** How often a request is sent at most. */
const TRIES = 4;
/** The first pause where the server names none, in seconds. Each further one is twice as long. */
const FIRST_PAUSE = 0.5;
/** Whoever is told to wait longer than this many seconds hears of it instead. */
const LONGEST_PAUSE = 120;
/** Sends again what is told `retry`, after the pause that the server asks for and a little more. */
async function patiently(send, { repeatable, wanted }, { random, wait }) {
    for (let tries = 1;; tries++) {
        try {
            return await send();
        }
        catch (error) {
            const { requestId, retryAfter } = error;
            const pause = retryAfter !== null && retryAfter !== void 0 ? retryAfter : FIRST_PAUSE * 2 ** (tries - 1);
            // A request id means that Yaoshi answered, and so that it knows that a repetition does no harm.
            const harmless = repeatable || requestId !== undefined;
            if ((0, error_js_1.recovery)(error) !== 'retry' || !harmless || tries === TRIES || pause > LONGEST_PAUSE) {
                throw error;
            }
            // Phones that were turned away together must not come back together.
            await wait(1000 * (pause + random() * Math.max(pause / 4, FIRST_PAUSE)));
            if (!wanted()) {
                throw error;
            }
        }
    }
}
