"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Server = void 0;
exports.authorization = authorization;
const response_js_1 = require("./response.js");
const retry_js_1 = require("./retry.js");
const wx_js_1 = require("./wx.js");
/** How long Yaoshi may take to respond, in milliseconds. The server itself gives up a login after 8 seconds. */
const TIMEOUT = 15000;
/** The member that proves a JSON response to be Yaoshi's: a gateway, too, may respond with 200 and JSON. */
const MEMBERS = {
    '/v1/login': 'token',
    '/v1/register': 'token',
    '/v1/me': 'id',
    '/v1/me/phone': 'phone',
    '/v1/me/profile': 'id',
    '/v1/open-data': 'data',
    '/v1/session': 'state',
    '/v1/session/check': 'session_key',
    '/v1/sessions': 'sessions',
};
/** Yaoshi over HTTP. Every route is safe to repeat, those with codes thanks to their idempotency keys. */
class Server {
    constructor(wx, baseUrl, appId, runtime) {
        this.wx = wx;
        this.baseUrl = baseUrl;
        this.appId = appId;
        this.runtime = runtime;
    }
    /** Sends a request, with retries. */
    send(route, parts) {
        var _a;
        const isWanted = (_a = parts.isWanted) !== null && _a !== void 0 ? _a : (() => true);
        return (0, retry_js_1.withRetries)(() => this.sendOnce(route, parts), { repeatable: true, isWanted }, this.runtime);
    }
    /** Sends a request once. */
    async sendOnce(route, { token, body, id, idempotencyKey }) {
        const [method, path] = route.split(' ');
        const response = await (0, wx_js_1.wxRequest)(this.wx, Object.assign({ method, url: this.baseUrl + path.replace('{id}', encodeURIComponent(id !== null && id !== void 0 ? id : '')), timeout: TIMEOUT, header: Object.assign(Object.assign({}, (token && authorization(token))), (idempotencyKey && { 'Idempotency-Key': idempotencyKey })) }, (body === undefined ? {} : { data: body })));
        return (0, response_js_1.bodyOf)(response, MEMBERS[path]);
    }
}
exports.Server = Server;
/** The header that carries a token. */
function authorization(token) {
    return { Authorization: `Bearer ${token}` };
}
