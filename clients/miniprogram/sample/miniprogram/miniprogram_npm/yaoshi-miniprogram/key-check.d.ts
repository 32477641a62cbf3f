import type { Server } from './server.js';
/** `wx.checkSession`, asked as rarely as WeChat wants it to be. */
export declare class KeyCheck {
    private readonly server;
    private readonly asking;
    private checkedAt;
    constructor(server: Server);
    /** Whether the phone's key is alive, or was a moment ago. */
    isAlive(): Promise<boolean>;
    /** Whether the phone's key is alive. What cannot be asked counts as yes: no answer does not make it dead. */
    ask(): Promise<boolean>;
    /** A login has just made the key the phone's latest. */
    renewed(): void;
}
