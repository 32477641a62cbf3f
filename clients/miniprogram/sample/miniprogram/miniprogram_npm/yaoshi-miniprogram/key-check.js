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
        this.wasAlive = false;
    }
    /** Whether the phone's key is alive, or was a moment ago. */
    isAlive() {
        var _a;
        const age = this.server.surroundings.now() - ((_a = this.askedAt) !== null && _a !== void 0 ? _a : Number.NaN);
        return this.wasAlive && age >= 0 && age < MOMENT ? Promise.resolve(true) : this.ask();
    }
    /** Whether the phone's key is alive. What cannot be asked counts as yes: no answer does not make it dead. */
    ask() {
        return this.asking.run(async () => {
            const isAlive = await (0, phone_js_1.keyIsAlive)(this.server.wx);
            this.askedAt = this.server.surroundings.now();
            this.wasAlive = isAlive === true;
            return isAlive !== false;
        });
    }
    /** A login has replaced the key: one that was just found dead is alive now. */
    renewed() {
        this.wasAlive = true;
    }
}
exports.KeyCheck = KeyCheck;
