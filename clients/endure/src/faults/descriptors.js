import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How many files and connections the server may have open. */
const DESCRIPTORS = 96;
/** How many connections are opened to it: more than that, fewer than one address may have. */
const CONNECTIONS = 300;
/** How long they stay, at least and at most, in milliseconds. */
const DURATION = { from: 500, to: 3000 };

/** @type {import('./index.js').Fault} */
export const descriptors = {
  name: 'descriptors',
  what: 'the server has no file descriptors left',
  databases: ['sqlite', 'mysql'],
  times: 20,
  seconds: 4,
  async prepare() {
    return {
      wrap: (command, args) => ({ command: 'prlimit', args: [`--nofile=${DESCRIPTORS}`, command, ...args] }),
    };
  },
  async strike({ servers: [server] }, random) {
    const { hostname, port } = new URL(server.url);
    const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, hostname).on('error', () => {}));
    await sleep(random.between(DURATION.from, DURATION.to));
    const open = await readdir(`/proc/${server.pid}/fd`);
    assert.ok(open.length >= DESCRIPTORS, `only ${open.length} are in use`);
    const closed = sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close'));
    for (const socket of sockets) {
      socket.destroy();
    }
    await Promise.all(closed);
    return performance.now();
  },
};
