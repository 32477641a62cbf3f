import type { paths } from './api.js';
import type { Wx } from './face.js';
import { type Repetition } from './patience.js';
import type { Surroundings } from './surroundings.js';
/** A route, written `POST /v1/login`. */
type Route = {
    [Path in keyof paths & string]: {
        [Method in 'get' | 'post' | 'patch' | 'delete']: paths[Path][Method] extends object ? `${Uppercase<Method>} ${Path}` : never;
    }['get' | 'post' | 'patch' | 'delete'];
}[keyof paths & string];
type Operation<R extends Route> = R extends `${infer Method} ${infer Path}` ? Path extends keyof paths ? Lowercase<Method> extends keyof paths[Path] ? paths[Path][Lowercase<Method>] : never : never : never;
type Json<Content> = Content extends {
    content: {
        'application/json': infer Value;
    };
} ? Value : undefined;
/** What the route takes. */
type Body<R extends Route> = Operation<R> extends {
    requestBody: infer Content;
} ? Json<Content> : undefined;
/** What the route answers when all went well. */
type Answer<R extends Route> = Operation<R> extends {
    responses: infer Responses;
} ? {
    [Status in keyof Responses & (200 | 201)]: Json<Responses[Status]>;
}[keyof Responses & (200 | 201)] : never;
/** What goes with a request. */
export interface Sending<R extends Route> {
    token?: string;
    body?: Body<R>;
    /** What stands for `{id}` in the route. */
    id?: string;
    /** The name of a login that may be sent again. */
    idempotencyKey?: string;
    /** Whether anybody still waits for it; always, where absent. */
    wanted?: Repetition['wanted'];
}
/** Yaoshi, over HTTP. Every one of its routes may be repeated, the login because it carries a name. */
export declare class Server {
    readonly wx: Wx;
    readonly baseUrl: string;
    readonly appId: string;
    readonly surroundings: Surroundings;
    constructor(wx: Wx, baseUrl: string, appId: string, surroundings: Surroundings);
    /** Sends a request, again where that helps. */
    send<R extends Route>(route: R, sending: Sending<R>): Promise<Answer<R>>;
    /** Sends a request once. */
    sendOnce<R extends Route>(route: R, { token, body, id, idempotencyKey }: Sending<R>): Promise<Answer<R>>;
}
/** The header that carries a token. */
export declare function authorization(token: string): {
    Authorization: string;
};
export {};
