"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.origin = origin;
exports.resolve = resolve;
const error_js_1 = require("./error.js");
/** Scheme and host, as far as no parser reads them otherwise: nothing before an `@`, no backslash. */
const ORIGIN = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(?=[/?#]|$)/i;
const DEFAULT_PORTS = { http: ':80', https: ':443' };
/** The origin of an absolute URL, written in one way. */
function origin(url) {
    const found = ORIGIN.exec(url.toLowerCase());
    if (!found) {
        return undefined;
    }
    const [, scheme = '', host, port = ''] = found;
    return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : port}`;
}
/**
 * The address to request.
 *
 * @throws {@link YaoshiError} `foreign_origin` if it is absolute and its origin none of the `known`
 */
function resolve(url, baseUrl, known) {
    if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
        return `${baseUrl}/${url.replace(/^\//, '')}`;
    }
    const asked = origin(url);
    if (!asked || !known.includes(asked)) {
        throw new error_js_1.YaoshiError('foreign_origin', 'fix_request', `The token is not for ${url}`);
    }
    return url;
}
