"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.originOf = originOf;
exports.resolveUrl = resolveUrl;
const error_js_1 = require("./error.js");
/** Scheme, host and port, only in forms that every URL parser reads alike: no user info, no backslash. */
const ORIGIN = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(?=[/?#]|$)/i;
const DEFAULT_PORTS = { http: ':80', https: ':443' };
/** The normalized origin of an absolute URL; `undefined` if it has none that can be trusted. */
function originOf(url) {
    const match = ORIGIN.exec(url.toLowerCase());
    if (!match) {
        return undefined;
    }
    const [, scheme = '', host, port = ''] = match;
    return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? '' : port}`;
}
/**
 * The absolute URL to request.
 *
 * @throws {@link YaoshiError} `foreign_origin` if it is absolute and its origin is not one of `allowedOrigins`
 */
function resolveUrl(url, baseUrl, allowedOrigins) {
    if (!/^[a-z][a-z0-9+.-]*:/i.test(url)) {
        return `${baseUrl}/${url.replace(/^\//, '')}`;
    }
    const origin = originOf(url);
    if (!origin || !allowedOrigins.includes(origin)) {
        throw new error_js_1.YaoshiError('foreign_origin', 'fix_request', `The token must not be sent to ${url}`);
    }
    return url;
}
