import assert from 'node:assert/strict';
import { MODES } from '../relay.js';

// All times are in milliseconds.
/** How long the network fails, at least and at most. */
const DURATION = { from: 100, to: 2000 };
/** How long it fails at most if nothing is sent meanwhile. */
const LIMIT = 10_000;

const ENDS = { database: 'the database', wechat: 'WeChat' };

/**
 * What the network between the server and one of these ends does.
 *
 * @param {keyof typeof ENDS} end
 * @param {import('./index.js').Fault['databases']} databases
 * @returns {import('./index.js').Fault[]}
 */
export function networkFaults(end, databases) {
  return Object.entries(MODES).map(([mode, what]) => ({
    name: `${end}-${mode}`,
    what: `the network to ${ENDS[end]} ${what}`,
    databases,
    times: 100,
    seconds: 4,
    mayAskAgain: end === 'wechat',
    // MySQL's greeting is not protected by TLS, and the driver panics where it is damaged.
    mayPanic: end === 'database' && mode === 'corrupt',
    async strike({ databaseRelay, wechatRelay }, random) {
      const relay = { database: databaseRelay, wechat: wechatRelay }[end];
      await relay.fail(mode, random.between(DURATION.from, DURATION.to), LIMIT);
      assert.ok(relay.hits > 0, `nothing was sent to ${ENDS[end]}`);
      return performance.now();
    },
  }));
}
