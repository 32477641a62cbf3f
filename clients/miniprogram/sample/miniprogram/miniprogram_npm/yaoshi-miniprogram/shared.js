"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Shared = void 0;
/** Work that is done once at a time: who asks for it meanwhile shares what comes of it. */
class Shared {
    run(work) {
        if (!this.underWay) {
            const done = () => {
                this.underWay = undefined;
            };
            this.underWay = work();
            this.underWay.then(done, done);
        }
        return this.underWay;
    }
}
exports.Shared = Shared;
