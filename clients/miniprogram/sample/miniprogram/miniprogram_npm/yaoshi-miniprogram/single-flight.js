"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.SingleFlight = void 0;
/** Runs at most one call at a time: callers that arrive while it runs share its result. */
class SingleFlight {
    run(call) {
        if (!this.inFlight) {
            const done = () => {
                this.inFlight = undefined;
            };
            this.inFlight = call();
            this.inFlight.then(done, done);
        }
        return this.inFlight;
    }
}
exports.SingleFlight = SingleFlight;
