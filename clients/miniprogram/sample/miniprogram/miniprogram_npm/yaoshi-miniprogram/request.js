"use strict";
var __rest = (this && this.__rest) || function (s, e) {
    var t = {};
    for (var p in s) if (Object.prototype.hasOwnProperty.call(s, p) && e.indexOf(p) < 0)
        t[p] = s[p];
    if (s != null && typeof Object.getOwnPropertySymbols === "function")
        for (var i = 0, p = Object.getOwnPropertySymbols(s); i < p.length; i++) {
            if (e.indexOf(p[i]) < 0 && Object.prototype.propertyIsEnumerable.call(s, p[i]))
                t[p[i]] = s[p[i]];
        }
    return t;
};
Object.defineProperty(exports, "__esModule", { value: true });
exports.requestWithToken = requestWithToken;
const response_js_1 = require("./response.js");
const retry_js_1 = require("./retry.js");
const server_js_1 = require("./server.js");
const url_js_1 = require("./url.js");
const wx_js_1 = require("./wx.js");
/** Makes the client's `request`: `wx.request` with the account's token, for the allowed origins. */
function requestWithToken(account, allowedOrigins) {
    const { server } = account;
    /** Sends once. A 401 that is not a problem document may not be about the token, so Yaoshi is asked. */
    const sendOnce = async (option, token) => {
        const header = Object.assign(Object.assign({}, withoutAuthorization(option.header)), (0, server_js_1.authorization)(token));
        const response = await (0, wx_js_1.wxRequest)(server.wx, Object.assign(Object.assign({}, option), { header }));
        const error = (0, response_js_1.problemOf)(response);
        if (error) {
            throw error;
        }
        if (response.statusCode === 401) {
            await server.send('GET /v1/session', { token });
        }
        return response;
    };
    return async (_a) => {
        var _b;
        var { repeatable } = _a, option = __rest(_a, ["repeatable"]);
        const url = (0, url_js_1.resolveUrl)(option.url, server.baseUrl, allowedOrigins);
        const policy = {
            repeatable: repeatable !== null && repeatable !== void 0 ? repeatable : ((_b = option.method) === null || _b === void 0 ? void 0 : _b.toUpperCase()) !== 'POST',
            isWanted: () => true,
        };
        const response = await account.withToken((token) => (0, retry_js_1.withRetries)(() => sendOnce(Object.assign(Object.assign({}, option), { url }), token), policy, server.runtime));
        return response;
    };
}
/** The app's headers without `Authorization`, in whatever case it is written. */
function withoutAuthorization(header = {}) {
    const names = Object.keys(header).filter((name) => name.toLowerCase() !== 'authorization');
    return Object.assign({}, ...names.map((name) => ({ [name]: header[name] })));
}
