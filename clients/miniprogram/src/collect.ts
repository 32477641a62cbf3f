import type { Account } from './account.js';
import { recovery, YaoshiError } from './error.js';
import type { Collect, CollectedData, SignedData } from './types.js';
import { messageOf } from './wx.js';

/** Matches WeChat's errors when the user refuses or dismisses an authorization, a dialog or the privacy agreement. */
const REFUSED = /(auth(orize)?|user):? ?den|authorize no response|cancel|privacy permission/i;

/**
 * Logs in, then collects data and sends it. Collects again once if the server says so. If it says so again, the
 * server cannot have the phone's current key: logs in again and collects a last time.
 */
export async function collectAndSend<Data, T>(
  account: Account,
  collect: Collect<Data>,
  send: (data: Data, token: string) => Promise<T>,
): Promise<T> {
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
    } catch (error) {
      const mustCollectAgain = recovery(error) === 'collect_again';
      if (mustCollectAgain && !hasCollectedAgain) {
        hasCollectedAgain = true;
      } else if (hasLoggedInAgain) {
        throw error;
      } else if (mustCollectAgain) {
        hasLoggedInAgain = true;
        await account.renew(grant, false);
      } else {
        hasLoggedInAgain = true;
        await account.renewAfter(error, grant);
      }
    }
  }
}

async function runCollector<Data>(collect: Collect<Data>): Promise<Data> {
  try {
    const data = await collect();
    if (!data) {
      throw new TypeError('The collector returned nothing.');
    }
    return data;
  } catch (cause) {
    throw collectionError(cause);
  }
}

/** The error for data that was not collected: `cancelled` if the user refused, else `collect_failed`. */
export function collectionError(cause: unknown): YaoshiError {
  const message = messageOf(cause);
  return REFUSED.test(message)
    ? new YaoshiError('cancelled', 'cancelled', message, { cause })
    : new YaoshiError('collect_failed', 'collect_again', message, { cause });
}

/** The request body for signed data: the strings as WeChat returned them, and no other members. */
export function signedBody({ rawData, signature, encryptedData, iv }: SignedData) {
  return { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
}

/** The request body for data that may lack a signature. */
export function collectedBody({ rawData, signature, encryptedData, iv }: CollectedData) {
  return {
    encrypted_data: encryptedData,
    iv,
    ...(rawData !== undefined && { raw_data: rawData }),
    ...(signature !== undefined && { signature }),
  };
}
