"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.problemOf = problemOf;
exports.bodyOf = bodyOf;
const error_js_1 = require("./error.js");
/** The error that a response describes, if it is a problem document with `code` and `recover`. */
function problemOf({ statusCode, data, header }) {
    var _a;
    const problem = data;
    if (statusCode < 400 || !(problem === null || problem === void 0 ? void 0 : problem.recover) || !problem.code) {
        return undefined;
    }
    const retryAfter = retryAfterOf(header);
    return new error_js_1.YaoshiError(problem.code, problem.recover, (_a = problem.detail) !== null && _a !== void 0 ? _a : problem.code, Object.assign(Object.assign(Object.assign({ status: statusCode }, (problem.request_id && { requestId: problem.request_id })), (retryAfter !== undefined && { retryAfter })), (problem.field && { field: problem.field })));
}
/**
 * The JSON body of Yaoshi's response; nothing for a 204.
 *
 * @param member a member that the body must have
 * @throws {@link YaoshiError} the problem, or `unexpected_answer` if the response is not Yaoshi's
 */
function bodyOf(response, member = '') {
    var _a;
    const { statusCode, data, header } = response;
    const isOk = statusCode >= 200 && statusCode < 300;
    if (statusCode === 204 || (isOk && data && typeof data === 'object' && member in data)) {
        return data;
    }
    const retryAfter = retryAfterOf(header);
    throw ((_a = problemOf(response)) !== null && _a !== void 0 ? _a : new error_js_1.YaoshiError('unexpected_answer', statusCode >= 500 || statusCode === 429 ? 'retry' : 'operator', `HTTP ${statusCode}, not from Yaoshi`, Object.assign({ status: statusCode }, (retryAfter !== undefined && { retryAfter }))));
}
/** `Retry-After` in seconds; a date is ignored. The case of header names differs between phones. */
function retryAfterOf(header) {
    var _a;
    const name = Object.keys(header !== null && header !== void 0 ? header : {}).find((name) => name.toLowerCase() === 'retry-after');
    const value = Number.parseInt((_a = header === null || header === void 0 ? void 0 : header[name !== null && name !== void 0 ? name : '']) !== null && _a !== void 0 ? _a : '', 10);
    return value >= 0 ? value : undefined;
}
