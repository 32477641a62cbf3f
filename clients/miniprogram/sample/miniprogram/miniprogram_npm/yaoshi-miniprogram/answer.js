"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.problem = problem;
exports.content = content;
const error_js_1 = require("./error.js");
/** The failure that an answer tells, if it is one that says how to recover. */
function problem({ statusCode, data, header }) {
    var _a;
    const told = data;
    if (statusCode < 400 || !(told === null || told === void 0 ? void 0 : told.recover) || !told.code) {
        return undefined;
    }
    const retryAfter = seconds(header);
    return new error_js_1.YaoshiError(told.code, told.recover, (_a = told.detail) !== null && _a !== void 0 ? _a : told.code, Object.assign(Object.assign(Object.assign({ status: statusCode }, (told.request_id && { requestId: told.request_id })), (retryAfter !== undefined && { retryAfter })), (told.field && { field: told.field })));
}
/** What Yaoshi answered: its JSON, known by a member that it has, or nothing for a 204. */
function content(answer, member = '') {
    var _a;
    const { statusCode, data, header } = answer;
    const isOk = statusCode >= 200 && statusCode < 300;
    if (statusCode === 204 || (isOk && data && typeof data === 'object' && member in data)) {
        return data;
    }
    const retryAfter = seconds(header);
    throw ((_a = problem(answer)) !== null && _a !== void 0 ? _a : new error_js_1.YaoshiError('unexpected_answer', statusCode >= 500 || statusCode === 429 ? 'retry' : 'operator', `HTTP ${statusCode}, and not by Yaoshi`, Object.assign({ status: statusCode }, (retryAfter !== undefined && { retryAfter }))));
}
/** The seconds of `Retry-After`, which phones write in upper or in lower case. A date counts as nothing. */
function seconds(header) {
    var _a;
    const name = Object.keys(header !== null && header !== void 0 ? header : {}).find((name) => name.toLowerCase() === 'retry-after');
    const value = Number.parseInt((_a = header === null || header === void 0 ? void 0 : header[name !== null && name !== void 0 ? name : '']) !== null && _a !== void 0 ? _a : '', 10);
    return value >= 0 ? value : undefined;
}
