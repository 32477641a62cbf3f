"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.PhoneButton = void 0;
exports.phoneOf = phoneOf;
const collect_js_1 = require("./collect.js");
const error_js_1 = require("./error.js");
const wx_js_1 = require("./wx.js");
/** Why the phone button gives no code, by WeChat's `errno`. */
const REFUSALS = {
    1400001: 'phone_quota_exhausted',
    1421102: 'phone_risk_control',
};
/** Turns taps into codes. Repeated requests for one tap have the same key: WeChat charges for each exchange. */
class PhoneButton {
    constructor(server) {
        this.server = server;
    }
    /** @throws {@link YaoshiError} if the tap gave no code */
    async codeOf(tap) {
        var _a;
        const code = typeof tap === 'string' ? tap : tap.code;
        if (!code) {
            throw refusal(tap);
        }
        if (((_a = this.latest) === null || _a === void 0 ? void 0 : _a.code) !== code) {
            this.latest = { code, key: (0, wx_js_1.newIdempotencyKey)(this.server.wx, this.server.runtime) };
        }
        return { code, idempotencyKey: await this.latest.key };
    }
}
exports.PhoneButton = PhoneButton;
function refusal(cause) {
    var _a;
    const code = typeof cause === 'string' ? undefined : REFUSALS[(_a = cause.errno) !== null && _a !== void 0 ? _a : 0];
    return code ? new error_js_1.YaoshiError(code, 'operator', (0, wx_js_1.messageOf)(cause), { cause }) : (0, collect_js_1.collectionError)(cause);
}
/** Makes the client's `phone`. */
function phoneOf(account) {
    const { server, phoneButton } = account;
    return {
        get: () => account
            .withToken((token) => server.send('GET /v1/me/phone', { token }))
            .catch((error) => {
            if (error.code === 'no_phone') {
                return null;
            }
            throw error;
        }),
        bind: async (tap) => {
            const { code, idempotencyKey } = await phoneButton.codeOf(tap);
            return account.withToken((token) => server.send('PUT /v1/me/phone', { token, body: { code }, idempotencyKey }));
        },
        unbind: () => account.withToken((token) => server.send('DELETE /v1/me/phone', { token })),
    };
}
