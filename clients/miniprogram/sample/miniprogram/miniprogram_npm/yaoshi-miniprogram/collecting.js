"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sendCollected = sendCollected;
exports.signedBody = signedBody;
exports.collectedBody = collectedBody;
const error_js_1 = require("./error.js");
const phone_js_1 = require("./phone.js");
/** What WeChat says when the user refuses or just goes: an authorisation, a dialogue, the privacy agreement. */
const REFUSED = /(auth(orize)?|user):? ?den|authorize no response|cancel|privacy permission/i;
/**
 * Collects data after the login and sends it. Collects again when told to; told so twice in a row, the key on
 * record cannot be the phone's: then it logs in and collects a last time.
 */
async function sendCollected(account, collect, send) {
    await account.reviveKey();
    let wasCollectedAgain = false;
    let wasLoggedInAgain = false;
    for (;;) {
        // No data is collected while a login may change the key.
        await account.hold();
        const data = await gather(collect);
        const grant = await account.hold();
        try {
            return await send(data, grant.token);
        }
        catch (error) {
            const isToCollect = (0, error_js_1.recovery)(error) === 'collect_again';
            if (isToCollect && !wasCollectedAgain) {
                wasCollectedAgain = true;
            }
            else if (wasLoggedInAgain) {
                throw error;
            }
            else if (isToCollect) {
                wasLoggedInAgain = true;
                await account.renew(grant, false);
            }
            else {
                wasLoggedInAgain = true;
                await account.renewAfter(error, grant);
            }
        }
    }
}
async function gather(collect) {
    try {
        const data = await collect();
        if (!data) {
            throw new TypeError('The collector gave nothing.');
        }
        return data;
    }
    catch (cause) {
        const why = (0, phone_js_1.told)(cause);
        throw REFUSED.test(why)
            ? new error_js_1.YaoshiError('cancelled', 'cancelled', why, { cause })
            : new error_js_1.YaoshiError('collect_failed', 'collect_again', why, { cause });
    }
}
/** Collected data in the server's words: as WeChat gave it, and no more of it than is needed. */
function signedBody({ rawData, signature, encryptedData, iv }) {
    return { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
}
/** The same where the wx call may have given no signature. */
function collectedBody({ rawData, signature, encryptedData, iv }) {
    return Object.assign(Object.assign({ encrypted_data: encryptedData, iv }, (rawData !== undefined && { raw_data: rawData })), (signature !== undefined && { signature }));
}
