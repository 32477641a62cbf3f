import { YaoshiError } from './error.js';
import type { RequestResult } from './face.js';
type Answer = RequestResult<unknown>;
/** The failure that an answer tells, if it is one that says how to recover. */
export declare function problem({ statusCode, data, header }: Answer): YaoshiError | undefined;
/** What Yaoshi answered: its JSON, or nothing for a 204. */
export declare function content(answer: Answer): unknown;
export {};
