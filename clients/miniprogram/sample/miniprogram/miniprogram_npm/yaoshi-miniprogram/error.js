"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.YaoshiError = void 0;
exports.recovery = recovery;
/** The error with which every method of the client rejects. */
class YaoshiError extends Error {
    /** `message` is for people and may change between versions. */
    constructor(code, recover, message, details = {}) {
        super(message);
        this.name = 'YaoshiError';
        this.code = code;
        this.recover = recover;
        Object.assign(this, details);
    }
}
exports.YaoshiError = YaoshiError;
/** The `recover` of a thrown value, if it has one. */
function recovery(error) {
    return error === null || error === void 0 ? void 0 : error.recover;
}
