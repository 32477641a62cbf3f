"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.YaoshiError = void 0;
exports.recovery = recovery;
/** Why the client gave up. */
class YaoshiError extends Error {
    /** `message` is for people and may change. */
    constructor(code, recover, message, details = {}) {
        super(message);
        this.name = 'YaoshiError';
        this.code = code;
        this.recover = recover;
        Object.assign(this, details);
    }
}
exports.YaoshiError = YaoshiError;
/** What to do about whatever was thrown, if it says so. */
function recovery(error) {
    return error === null || error === void 0 ? void 0 : error.recover;
}
