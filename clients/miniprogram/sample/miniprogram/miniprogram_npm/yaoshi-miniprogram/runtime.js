"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.systemRuntime = void 0;
/** The real clock, random numbers and timers. */
exports.systemRuntime = {
    now: () => Date.now(),
    random: () => Math.random(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};
