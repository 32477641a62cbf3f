// A network between a client and a server, which fails in the ways that networks do.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** How the network fails, with what it does. */
export const MODES = {
  delay: 'holds up all that is sent by half a second',
  drop: 'swallows all that is sent; what was connected stays dead',
  reset: 'resets connections in the midst of what is sent',
  'half-close': 'closes one direction and leaves the other open',
  corrupt: 'flips a bit',
  stall: 'stops in the midst of what is sent, and sends the rest later',
};

/** By how much data is delayed, in milliseconds. */
const DELAY = 500;

export class Relay {
  /** How many connections the current fault has hit. */
  hits = 0;
  #mode = 'forward';
  #random;
  #server;
  #connections = new Set();

  /** Opens a relay to a port of this machine. */
  static async to(port, random) {
    const relay = new Relay();
    relay.#random = random;
    relay.#server = createServer({ allowHalfOpen: true }, (client) => relay.#accept(client, port));
    await once(relay.#server.listen(0, '127.0.0.1'), 'listening');
    return relay;
  }

  get port() {
    return this.#server.address().port;
  }

  /** Fails in this way for so long, and until a connection was hit, but no longer than `limit`, in milliseconds. */
  async fail(mode, duration, limit) {
    const start = performance.now();
    const elapsed = () => performance.now() - start;
    this.hits = 0;
    this.#mode = mode;
    while (elapsed() < duration || (this.hits === 0 && elapsed() < limit)) {
      await sleep(5);
    }
    this.#mode = 'forward';
    for (const connection of this.#connections) {
      connection.networkIsBack();
    }
  }

  close() {
    this.#server.close();
    for (const connection of this.#connections) {
      connection.destroy();
    }
  }

  #accept(client, port) {
    const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const onHit = () => {
      this.hits += 1;
    };
    const connection = new Connection({
      sockets: [client, server],
      random: this.#random,
      mode: () => this.#mode,
      onHit,
    });
    this.#connections.add(connection);
    connection.closed.then(() => this.#connections.delete(connection));
  }
}

/** The two halves of a connection through the relay, and what has become of it. */
class Connection {
  closed;
  #sockets;
  #random;
  #mode;
  #onHit;
  #wasHit = false;
  /** Data gets lost, and so nothing that comes later can be delivered. */
  #isDead = false;
  /** What one side sent while the other was stalled, or had to wait: for each direction. */
  #held = [[], []];
  #isStalled = false;
  #lastSent = [Promise.resolve(), Promise.resolve()];

  constructor({ sockets, random, mode, onHit }) {
    this.#sockets = sockets;
    this.#random = random;
    this.#mode = mode;
    this.#onHit = onHit;
    for (const [index, socket] of sockets.entries()) {
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('data', (data) => this.#receive(index, data));
      socket.on('end', () => this.#ended(index));
      socket.on('close', () => this.#closedBy(index));
    }
    this.closed = Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
  }

  destroy() {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  /** Delivers what was held up. A connection that lost data stays dead, but learns whether the other side is gone. */
  networkIsBack() {
    this.#wasHit = false;
    if (this.#isDead) {
      if (this.#sockets.some(({ destroyed, readableEnded }) => destroyed || readableEnded)) {
        this.destroy();
      }
      return;
    }
    if (this.#isStalled) {
      this.#isStalled = false;
      for (const [to, held] of this.#held.entries()) {
        for (const data of held.splice(0)) {
          this.#deliver(to, data);
        }
      }
    }
  }

  /** Data that the socket `from` has sent. */
  #receive(from, data) {
    const to = 1 - from;
    if (this.#isDead) {
      return;
    }
    if (this.#isStalled) {
      this.#held[to].push(data);
      return;
    }
    const mode = this.#mode();
    const isFirst = mode !== 'forward' && !this.#wasHit;
    if (isFirst) {
      this.#wasHit = true;
      this.#onHit();
    }
    switch (mode) {
      case 'delay':
        this.#deliver(to, data, DELAY);
        return;
      case 'drop':
        this.#isDead = true;
        return;
      case 'reset':
        this.#deliver(to, this.#firstPart(data));
        this.#reset();
        return;
      case 'stall':
        this.#isStalled = true;
        this.#split(to, data);
        return;
      case 'half-close':
        this.#deliver(to, data);
        if (isFirst) {
          this.#end(to);
        }
        return;
      case 'corrupt':
        this.#deliver(to, isFirst ? this.#corrupted(data) : data);
        return;
      default:
        this.#deliver(to, data);
    }
  }

  #firstPart(data) {
    return data.subarray(0, Math.floor(this.#random.between(0, data.length)));
  }

  /** Delivers a part, and holds the rest. */
  #split(to, data) {
    const part = this.#firstPart(data);
    this.#deliver(to, part);
    this.#held[to].push(data.subarray(part.length));
  }

  #corrupted(data) {
    const corrupted = Buffer.from(data);
    corrupted[Math.floor(this.#random.between(0, data.length))] ^=
      1 << Math.floor(this.#random.between(0, 8));
    return corrupted;
  }

  /** Sends data to the socket `to`, in order, after so many milliseconds. */
  #deliver(to, data, delay = 0) {
    const due = delay > 0 ? sleep(delay) : undefined;
    this.#lastSent[to] = this.#lastSent[to].then(async () => {
      await due;
      if (this.#sockets[to].writable) {
        this.#sockets[to].write(data);
      }
    });
  }

  #reset() {
    Promise.all(this.#lastSent).then(() => {
      for (const socket of this.#sockets) {
        socket.resetAndDestroy();
      }
    });
  }

  /** The socket `from` sends nothing more. */
  #ended(from) {
    const to = 1 - from;
    if (this.#isDead && this.#mode() !== 'forward') {
      return; // The other side hears of it when the network is back.
    }
    this.#end(to);
  }

  /** Sends nothing more to the socket `to`. */
  #end(to) {
    this.#lastSent[to] = this.#lastSent[to].then(() => this.#sockets[to].end());
  }

  #closedBy(index) {
    if (this.#isDead && this.#mode() !== 'forward') {
      return;
    }
    const other = this.#sockets[1 - index];
    this.#lastSent[1 - index] = this.#lastSent[1 - index].then(() => other.destroySoon());
  }
}
