import type { Account } from './account.js';
import type { Collect, CollectedData, SignedData } from './face.js';
/**
 * Collects data after the login and sends it. Collects again when told to; told so twice in a row, the key on
 * record cannot be the phone's: then it logs in and collects a last time.
 */
export declare function sendCollected<Data, T>(account: Account, collect: Collect<Data>, send: (data: Data, token: string) => Promise<T>): Promise<T>;
/** Collected data in the server's words: as WeChat gave it, and no more of it than is needed. */
export declare function signedBody({ rawData, signature, encryptedData, iv }: SignedData): {
    raw_data: string;
    signature: string;
    encrypted_data: string;
    iv: string;
};
/** The same where the wx call may have given no signature. */
export declare function collectedBody({ rawData, signature, encryptedData, iv }: CollectedData): {
    signature?: string;
    raw_data?: string;
    encrypted_data: string;
    iv: string;
};
