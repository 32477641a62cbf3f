"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.platform = void 0;
/** The platform's own. */
exports.platform = {
    now: () => Date.now(),
    random: () => Math.random(),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
