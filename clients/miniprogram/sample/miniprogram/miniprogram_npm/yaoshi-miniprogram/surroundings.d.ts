/** What the client takes from the platform beside `wx`: time and chance. */
export interface Surroundings {
    /** Milliseconds since 1970, by the phone's clock, which may jump. */
    now(): number;
    /** Something from 0 up to 1. */
    random(): number;
    /** Resolves after so many milliseconds. */
    wait(milliseconds: number): Promise<void>;
}
/** The platform's own. */
export declare const platform: Surroundings;
