"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.KeyCheck = void 0;
const phone_js_1 = require("./phone.js");
const shared_js_1 = require("./shared.js");
/** For how long an answer is good, in milliseconds: as long as it takes from a start to a first tap. */
const MOMENT = 10000;
/** `wx.checkSession`, asked as rarely as WeChat wants it to be. */
class KeyCheck {
    constructor(server) {
        this.server = server;
        this.asking = new shared_js_1.Shared();
    }
    /** Whether the phone's key is alive, or was a moment ago. */
    isAlive() {
        var _a;
        const age = this.server.surroundings.now() - ((_a = this.checkedAt) !== null && _a !== void 0 ? _a : Number.NaN);
        return age >= 0 && age < MOMENT ? Promise.resolve(true) : this.ask();
    }
    /** Whether the phone's key is alive. What cannot be asked counts as yes: no answer does not make it dead. */
    ask() {
        return this.asking.run(async () => {
            const isAlive = await (0, phone_js_1.keyIsAlive)(this.server.wx);
            if (isAlive) {
                this.renewed();
            }
            return isAlive !== false;
        });
    }
    /** A login has just made the key the phone's latest. */
    renewed() {
        this.checkedAt = this.server.surroundings.now();
    }
}
exports.KeyCheck = KeyCheck;
