// The faults, in the order in which they are tried.

import { clock } from './clock.js';
import { descriptors } from './descriptors.js';
import { disk } from './disk.js';
import { kill } from './kill.js';
import { killMySql } from './kill-mysql.js';
import { masterKey } from './master-key.js';
import { networkFaults } from './network.js';
import { twoClocks } from './two-clocks.js';

/**
 * Something that goes wrong.
 *
 * `prepare` is given an empty folder and returns how the system has to be; `mysqlOptions` are those of `docker run`.
 * `strike` does it once and undoes it, and returns when that was, by `performance.now()`: from then on, the service has
 * to become normal. `mayRefuse` tells which answers are right meanwhile. Where the server `mayAskAgain`, WeChat may get a
 * phone code more than once before its request is answered. Where it `mayPanic`, it may print a panic that it survives.
 * `seconds` is about how long a try takes on two cores.
 *
 * @typedef {{
 *   name: string,
 *   what: string,
 *   databases: ('sqlite' | 'mysql')[],
 *   times: number,
 *   seconds: number,
 *   mayAskAgain?: boolean,
 *   mayPanic?: boolean,
 *   mysqlOptions?: string[],
 *   prepare?: (folder: string) => Promise<import('../system.js').SystemOptions>,
 *   strike: (system: import('../system.js').System, random: import('yaoshi-testing/killed').Random,
 *     turn: number) => Promise<number>,
 *   mayRefuse?: (problem: {code: string}) => boolean,
 *   cleanUp?: () => Promise<void>,
 * }} Fault
 */

/** @type {Fault[]} */
export const FAULTS = [
  kill,
  killMySql,
  ...networkFaults('database', ['mysql']),
  ...networkFaults('wechat', ['sqlite', 'mysql']),
  disk,
  descriptors,
  clock,
  twoClocks,
  masterKey,
];
