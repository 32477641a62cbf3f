"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.collectAndSend = collectAndSend;
exports.collectionError = collectionError;
exports.signedBody = signedBody;
exports.collectedBody = collectedBody;
const error_js_1 = require("./error.js");
const wx_js_1 = require("./wx.js");
/** Matches WeChat's errors when the user refuses or dismisses an authorization, a dialog or the privacy agreement. */
const REFUSED = /(auth(orize)?|user):? ?den|authorize no response|cancel|privacy permission/i;
/**
 * Logs in, then collects data and sends it. Collects again once if the server says so. If it says so again, the
 * server cannot have the phone's current key: logs in again and collects a last time.
 */
async function collectAndSend(account, collect, send) {
    await account.ensureValidKey();
    let hasCollectedAgain = false;
    let hasLoggedInAgain = false;
    for (;;) {
        // A login in flight may change the key, so wait for it before collecting.
        await account.ensureGrant();
        const data = await runCollector(collect);
        const grant = await account.ensureGrant();
        try {
            return await send(data, grant.token);
        }
        catch (error) {
            const mustCollectAgain = (0, error_js_1.recovery)(error) === 'collect_again';
            if (mustCollectAgain && !hasCollectedAgain) {
                hasCollectedAgain = true;
            }
            else if (hasLoggedInAgain) {
                throw error;
            }
            else if (mustCollectAgain) {
                hasLoggedInAgain = true;
                await account.renew(grant, false);
            }
            else {
                hasLoggedInAgain = true;
                await account.renewAfter(error, grant);
            }
        }
    }
}
async function runCollector(collect) {
    try {
        const data = await collect();
        if (!data) {
            throw new TypeError('The collector returned nothing.');
        }
        return data;
    }
    catch (cause) {
        throw collectionError(cause);
    }
}
/** The error for data that was not collected: `cancelled` if the user refused, else `collect_failed`. */
function collectionError(cause) {
    const message = (0, wx_js_1.messageOf)(cause);
    return REFUSED.test(message)
        ? new error_js_1.YaoshiError('cancelled', 'cancelled', message, { cause })
        : new error_js_1.YaoshiError('collect_failed', 'collect_again', message, { cause });
}
/** The request body for signed data: the strings as WeChat returned them, and no other members. */
function signedBody({ rawData, signature, encryptedData, iv }) {
    return { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
}
/** The request body for data that may lack a signature. */
function collectedBody({ rawData, signature, encryptedData, iv }) {
    return Object.assign(Object.assign({ encrypted_data: encryptedData, iv }, (rawData !== undefined && { raw_data: rawData })), (signature !== undefined && { signature }));
}
