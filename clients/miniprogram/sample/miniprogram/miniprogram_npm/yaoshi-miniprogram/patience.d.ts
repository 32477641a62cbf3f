import type { Surroundings } from './surroundings.js';
/** What may be sent again. */
export interface Repetition {
    /** Whether it may be sent again where nobody knows what became of it. */
    repeatable: boolean;
    /** Whether anybody still waits for it. */
    wanted(): boolean;
}
/** Sends again what is told `retry`, after the pause that the server asks for and a little more. */
export declare function patiently<T>(send: () => Promise<T>, { repeatable, wanted }: Repetition, { random, wait }: Surroundings): Promise<T>;
