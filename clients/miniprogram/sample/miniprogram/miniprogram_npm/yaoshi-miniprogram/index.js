"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.YaoshiError = void 0;
exports.createYaoshi = createYaoshi;
/**
 * The Mini Program's half of a login with Yaoshi.
 *
 * @module
 */
const client_js_1 = require("./client.js");
const surroundings_js_1 = require("./surroundings.js");
var error_js_1 = require("./error.js");
Object.defineProperty(exports, "YaoshiError", { enumerable: true, get: function () { return error_js_1.YaoshiError; } });
/** Makes a client. It does nothing until it is asked to. */
function createYaoshi(options) {
    return (0, client_js_1.createYaoshiIn)(surroundings_js_1.platform, options);
}
