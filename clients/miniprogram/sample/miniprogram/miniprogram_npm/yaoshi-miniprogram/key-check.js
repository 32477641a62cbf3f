"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.KeyCheck = void 0;
const single_flight_js_1 = require("./single-flight.js");
const wx_js_1 = require("./wx.js");
/** How long a positive result is cached, in milliseconds: about the time from a start to the first tap. */
const CACHE_TTL = 10000;
/** Calls `wx.checkSession`, rarely enough for WeChat's rate limit. */
class KeyCheck {
    constructor(server) {
        this.server = server;
        this.checks = new single_flight_js_1.SingleFlight();
        this.wasValid = false;
    }
    /** Whether the phone's session_key is valid, from the cache where it is fresh. */
    isValid() {
        var _a;
        const age = this.server.runtime.now() - ((_a = this.checkedAt) !== null && _a !== void 0 ? _a : Number.NaN);
        return this.wasValid && age >= 0 && age < CACHE_TTL ? Promise.resolve(true) : this.check();
    }
    /** Whether the phone's session_key is valid, from WeChat. A check that cannot be made counts as valid. */
    check() {
        return this.checks.run(async () => {
            const isValid = await (0, wx_js_1.checkSession)(this.server.wx);
            this.checkedAt = this.server.runtime.now();
            this.wasValid = isValid === true;
            return isValid !== false;
        });
    }
    /** Records that a login has replaced the key, so that a failed check just before it no longer counts. */
    keyRenewed() {
        this.wasValid = true;
    }
}
exports.KeyCheck = KeyCheck;
