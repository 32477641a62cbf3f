"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Server = void 0;
exports.authorization = authorization;
const answer_js_1 = require("./answer.js");
const patience_js_1 = require("./patience.js");
const phone_js_1 = require("./phone.js");
/** How long Yaoshi may take to answer, in milliseconds. It gives up a login itself after eight seconds. */
const TIMEOUT = 15000;
/** By which member of its JSON Yaoshi's answer is known: there are gateways that answer 200 in JSON, too. */
const MEMBERS = {
    '/v1/login': 'token',
    '/v1/register': 'token',
    '/v1/me': 'id',
    '/v1/me/profile': 'id',
    '/v1/open-data': 'data',
    '/v1/session': 'state',
    '/v1/sessions': 'sessions',
};
/** Yaoshi, over HTTP. Every one of its routes may be repeated, the login because it carries a name. */
class Server {
    constructor(wx, baseUrl, appId, surroundings) {
        this.wx = wx;
        this.baseUrl = baseUrl;
        this.appId = appId;
        this.surroundings = surroundings;
    }
    /** Sends a request, again where that helps. */
    send(route, sending) {
        var _a;
        const wanted = (_a = sending.wanted) !== null && _a !== void 0 ? _a : (() => true);
        return (0, patience_js_1.patiently)(() => this.sendOnce(route, sending), { repeatable: true, wanted }, this.surroundings);
    }
    /** Sends a request once. */
    async sendOnce(route, { token, body, id, idempotencyKey }) {
        const [method, path] = route.split(' ');
        const answer = await (0, phone_js_1.request)(this.wx, Object.assign({ method, url: this.baseUrl + path.replace('{id}', encodeURIComponent(id !== null && id !== void 0 ? id : '')), timeout: TIMEOUT, header: Object.assign(Object.assign({}, (token && authorization(token))), (idempotencyKey && { 'Idempotency-Key': idempotencyKey })) }, (body === undefined ? {} : { data: body })));
        return (0, answer_js_1.content)(answer, MEMBERS[path]);
    }
}
exports.Server = Server;
/** The header that carries a token. */
function authorization(token) {
    return { Authorization: `Bearer ${token}` };
}
