"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.YaoshiError = void 0;
exports.createYaoshi = createYaoshi;
/**
 * The client of Yaoshi, the login server for WeChat Mini Programs.
 *
 * @module
 */
const client_js_1 = require("./client.js");
const runtime_js_1 = require("./runtime.js");
var error_js_1 = require("./error.js");
Object.defineProperty(exports, "YaoshiError", { enumerable: true, get: function () { return error_js_1.YaoshiError; } });
/** Creates a client. It sends nothing until one of its methods is called. */
function createYaoshi(options) {
    return (0, client_js_1.createYaoshiWith)(runtime_js_1.systemRuntime, options);
}
