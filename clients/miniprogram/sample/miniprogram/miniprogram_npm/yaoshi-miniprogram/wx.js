"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.messageOf = messageOf;
exports.loginCode = loginCode;
exports.checkSession = checkSession;
exports.wxRequest = wxRequest;
exports.newIdempotencyKey = newIdempotencyKey;
exports.wxStorage = wxStorage;
const error_js_1 = require("./error.js");
/** How long `wx.login` may take, in milliseconds. */
const LOGIN_TIMEOUT = 10000;
/** Turns a `wx` call with callbacks into a promise. It rejects with what `wx` passes to the fail callback. */
function promisify(call) {
    return new Promise((success, fail) => {
        call({ success, fail });
    });
}
/** The `errMsg` of a failed `wx` call, or the text of any other error. */
function messageOf(failure) {
    var _a;
    return String((_a = failure === null || failure === void 0 ? void 0 : failure.errMsg) !== null && _a !== void 0 ? _a : failure);
}
/** Gets a code with one `wx.login`. */
async function loginCode(wx) {
    let cause = 'login:ok without a code';
    try {
        const { code } = await promisify((callbacks) => wx.login(Object.assign({ timeout: LOGIN_TIMEOUT }, callbacks)));
        if (code) {
            return code;
        }
    }
    catch (failure) {
        cause = failure;
    }
    throw new error_js_1.YaoshiError('wx_login_failed', 'login_again', messageOf(cause), { cause });
}
/** Matches the errors of a check that did not reach WeChat. An expired key has many other texts. */
const UNREACHABLE = /request:fail|fail timeout|network|网络|offline|socket|dns|ssl|err_/i;
/** Whether the phone's session_key is valid, by one `wx.checkSession`; `undefined` if WeChat is unreachable. */
function checkSession(wx) {
    return promisify((callbacks) => wx.checkSession(callbacks)).then(() => true, (failure) => (UNREACHABLE.test(messageOf(failure)) ? undefined : false));
}
/**
 * Sends one `wx.request` and returns the response, whatever its status.
 *
 * @throws {@link YaoshiError} `network` if there is no response, `domain_not_listed` if WeChat refuses to send it
 */
async function wxRequest(wx, option) {
    try {
        return await promisify((callbacks) => wx.request(Object.assign(Object.assign({}, option), callbacks)));
    }
    catch (cause) {
        const message = messageOf(cause);
        throw /domain list/.test(message)
            ? new error_js_1.YaoshiError('domain_not_listed', 'operator', message, { cause })
            : new error_js_1.YaoshiError('network', 'retry', message, { cause });
    }
}
/** A unique key for one code: from `wx.getRandomValues`, or from clock and `random` where that is missing. */
async function newIdempotencyKey(wx, { now, random }) {
    const encode = (numbers) => Array.from(numbers, (n) => n.toString(36)).join('-');
    try {
        const { randomValues } = await promisify((callbacks) => 
        // Throws where the method is missing; the fallback below takes over.
        wx.getRandomValues(Object.assign({ length: 16 }, callbacks)));
        return encode(new Uint32Array(randomValues));
    }
    catch (_a) {
        return encode([now(), random() * 2 ** 52, random() * 2 ** 52].map(Math.floor));
    }
}
/** The storage of `wx`, which survives a restart of the app. */
function wxStorage(wx) {
    return {
        getItem: (key) => promisify((callbacks) => wx.getStorage(Object.assign({ key }, callbacks))).then(({ data }) => data),
        setItem: (key, data) => promisify((callbacks) => wx.setStorage(Object.assign({ key, data }, callbacks))),
        removeItem: (key) => promisify((callbacks) => wx.removeStorage(Object.assign({ key }, callbacks))),
    };
}
