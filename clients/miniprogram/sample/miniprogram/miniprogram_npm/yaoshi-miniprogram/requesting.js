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
exports.requestOf = requestOf;
const address_js_1 = require("./address.js");
const answer_js_1 = require("./answer.js");
const patience_js_1 = require("./patience.js");
const phone_js_1 = require("./phone.js");
const server_js_1 = require("./server.js");
/** `wx.request` with the account's token, for the server and the origins that are known. */
function requestOf(account, known) {
    const { server } = account;
    /** Sends once. A bare 401 may be about something else than the token: Yaoshi knows. */
    const sendOnce = async (option, token) => {
        const header = Object.assign(Object.assign({}, withoutToken(option.header)), (0, server_js_1.authorization)(token));
        const answer = await (0, phone_js_1.request)(server.wx, Object.assign(Object.assign({}, option), { header }));
        const failure = (0, answer_js_1.problem)(answer);
        if (failure) {
            throw failure;
        }
        if (answer.statusCode === 401) {
            await server.send('GET /v1/session', { token });
        }
        return answer;
    };
    return async (_a) => {
        var _b;
        var { repeatable } = _a, option = __rest(_a, ["repeatable"]);
        const url = (0, address_js_1.resolve)(option.url, server.baseUrl, known);
        const repetition = {
            repeatable: repeatable !== null && repeatable !== void 0 ? repeatable : ((_b = option.method) === null || _b === void 0 ? void 0 : _b.toUpperCase()) !== 'POST',
            wanted: () => true,
        };
        const answer = await account.withToken((token) => (0, patience_js_1.patiently)(() => sendOnce(Object.assign(Object.assign({}, option), { url }), token), repetition, server.surroundings));
        return answer;
    };
}
/** The headers that the app gave, but for another token, in whatever case it is written. */
function withoutToken(header = {}) {
    const names = Object.keys(header).filter((name) => name.toLowerCase() !== 'authorization');
    return Object.assign({}, ...names.map((name) => ({ [name]: header[name] })));
}
