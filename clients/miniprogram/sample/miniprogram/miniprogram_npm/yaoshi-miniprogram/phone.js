"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.told = told;
exports.logIn = logIn;
exports.keyIsAlive = keyIsAlive;
exports.request = request;
exports.newName = newName;
exports.phoneStorage = phoneStorage;
const error_js_1 = require("./error.js");
/** How long `wx.login` may take, in milliseconds. */
const LOGIN_TIMEOUT = 10000;
/** A call that calls back, as a promise. It rejects with what `wx` handed to the fail callback. */
function called(call) {
    return new Promise((success, fail) => {
        call({ success, fail });
    });
}
/** What `wx` said went wrong. */
function told(failure) {
    var _a;
    return String((_a = failure === null || failure === void 0 ? void 0 : failure.errMsg) !== null && _a !== void 0 ? _a : failure);
}
/** A code, by one `wx.login`. */
async function logIn(wx) {
    let why = 'login:ok without a code';
    try {
        const { code } = await called((callbacks) => wx.login(Object.assign({ timeout: LOGIN_TIMEOUT }, callbacks)));
        if (code) {
            return code;
        }
    }
    catch (failure) {
        why = failure;
    }
    throw new error_js_1.YaoshiError('wx_login_failed', 'login_again', told(why), { cause: why });
}
/** What tells a check that could not be made from a key that is dead, which WeChat tells in many words. */
const NOT_ASKED = /request:fail|fail timeout|network|网络|offline|socket|dns|ssl|err_/i;
/** Whether the phone's key is alive, by one `wx.checkSession`; `undefined` where WeChat could not be asked. */
function keyIsAlive(wx) {
    return called((callbacks) => wx.checkSession(callbacks)).then(() => true, (failure) => (NOT_ASKED.test(told(failure)) ? undefined : false));
}
/**
 * One `wx.request`, whatever its status.
 *
 * @throws {@link YaoshiError} `network` if there was no answer, `domain_not_listed` if WeChat sent nothing
 */
async function request(wx, option) {
    try {
        return await called((callbacks) => wx.request(Object.assign(Object.assign({}, option), callbacks)));
    }
    catch (failure) {
        const why = told(failure);
        throw /domain list/.test(why)
            ? new error_js_1.YaoshiError('domain_not_listed', 'operator', why, { cause: failure })
            : new error_js_1.YaoshiError('network', 'retry', why, { cause: failure });
    }
}
/** A name that nothing else has: of WeChat's random bytes, or of time and chance where it has none to give. */
async function newName(wx, { now, random }) {
    const digits = (numbers) => Array.from(numbers, (n) => n.toString(36)).join('-');
    try {
        const { randomValues } = await called((callbacks) => 
        // Where the method is missing, the call throws and chance has to do.
        wx.getRandomValues(Object.assign({ length: 16 }, callbacks)));
        return digits(new Uint32Array(randomValues));
    }
    catch (_a) {
        return digits([now(), random() * 2 ** 52, random() * 2 ** 52].map(Math.floor));
    }
}
/** The storage of `wx`, which throws nothing away when the app ends. */
function phoneStorage(wx) {
    return {
        getItem: (key) => called((callbacks) => wx.getStorage(Object.assign({ key }, callbacks))).then(({ data }) => data),
        setItem: (key, data) => called((callbacks) => wx.setStorage(Object.assign({ key, data }, callbacks))),
        removeItem: (key) => called((callbacks) => wx.removeStorage(Object.assign({ key }, callbacks))),
    };
}
