import type { components } from './api.js';
import type { State, User } from './face.js';
import type { Grant, Keeping } from './keeping.js';
import type { Server } from './server.js';
type Schemas = components['schemas'];
/** Who is logged in, for all clients of one app over one storage. */
export declare class Account {
    readonly server: Server;
    private readonly keeping;
    /** What to show now. */
    state: State;
    private readonly listeners;
    private readonly keyCheck;
    private grant;
    private isSignedOut;
    /** How often somebody logged out: what began before the last time must not change anything. */
    private logouts;
    private loading;
    private loggingIn;
    private readonly starting;
    private readonly confirming;
    constructor(server: Server, keeping: Keeping);
    on(listener: (state: State) => void): () => void;
    start(): Promise<State>;
    logIn(): Promise<State>;
    logOut(): Promise<void>;
    /** Signs out here, and answers what is to be ended at the server. */
    forget(): Promise<Grant | undefined>;
    /** The token at hand: kept, of the login under way, or of a new one. */
    hold(): Promise<Grant>;
    /** Sends with the token; where that is refused, logs in and sends once more. */
    withToken<T>(send: (token: string) => Promise<T>): Promise<T>;
    /** Logs in where that is what the failure asks for; all else is thrown again. */
    renewAfter(error: unknown, grant: Grant): Promise<Grant>;
    /** A grant in place of the old one: by the login under way, by one that was faster, or by a new one. */
    renew(old: Grant | undefined, isRefused: boolean): Promise<Grant>;
    /** Logs in where WeChat says that the phone's key is dead; asks only if it has not done so just now. */
    reviveKey(): Promise<void>;
    /** Asks WeChat whether the phone's key is alive, and logs in if not and if anybody wants to be logged in. */
    checkKey(): Promise<boolean>;
    /** What {@link Account.accept} needs to know of the moment when a request was begun. */
    moment(): number;
    /** Takes a new token, unless somebody logged out since `moment`: then it is ended. */
    accept(moment: number, answer: Schemas['Grant'], user: User | null | undefined): Promise<Grant>;
    /** Takes what the server told of the user. */
    learn(user: User): User;
    private load;
    private wakeUp;
    /** Asks the server about the stored token, and logs in where it refuses it. */
    private confirm;
    /** One login. The token before it is ended, unless it was refused. */
    private exchange;
    /** Sends one code under one name as often as need be, and another code only when told to, once. */
    private sendLogin;
    /** Ends a session at the server, if that can be reached. */
    private end;
    private show;
}
export {};
