import type { Yaoshi, YaoshiOptions } from './face.js';
import type { Surroundings } from './surroundings.js';
/** Makes a client that takes time and chance from its caller. */
export declare function createYaoshiIn(surroundings: Surroundings, options: YaoshiOptions): Yaoshi;
