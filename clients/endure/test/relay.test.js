// Each mode of the relay, between a client and a server that sends back what it gets.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from 'yaoshi-testing/killed';
import { Relay } from '../src/relay.js';

/** Turns a hang into a failure, in milliseconds. */
const TIMEOUT = 10_000;
const MESSAGE = Buffer.from('a message of some length, so that it has a midst');

let echo;

before(async () => {
  echo = createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
});
after(() => echo.close());

/** A client of the echo behind a relay, with what it has received, and how its connection has ended. */
async function open(t) {
  const relay = await Relay.to(echo.address().port, new Random('relay'));
  const socket = connect({ port: relay.port, host: '127.0.0.1', allowHalfOpen: true });
  t.after(() => {
    socket.destroy();
    relay.close();
  });
  const client = { relay, socket, received: Buffer.alloc(0), hasEnded: false, error: undefined };
  socket.on('data', (data) => {
    client.received = Buffer.concat([client.received, data]);
  });
  socket.on('end', () => {
    client.hasEnded = true;
  });
  socket.on('error', ({ code }) => {
    client.error = code;
  });
  await once(socket, 'connect');
  await send(client);
  assert.deepEqual(client.received, MESSAGE);
  client.received = Buffer.alloc(0);
  return client;
}

/** Sends the message and waits for all of it. */
async function send(client) {
  const length = client.received.length + MESSAGE.length;
  client.socket.write(MESSAGE);
  await until(() => client.received.length >= length);
}

async function until(condition) {
  for (const deadline = performance.now() + TIMEOUT; !condition(); await sleep(5)) {
    assert.ok(performance.now() < deadline, 'it does not happen');
  }
}

/** Lets the network fail while a message is sent, and returns once it has hit. */
async function failWhileSending(client, mode) {
  const failed = client.relay.fail(mode, 0, TIMEOUT);
  client.socket.write(MESSAGE);
  await failed;
  assert.ok(client.relay.hits > 0);
}

test('what is delayed arrives, in order', async (t) => {
  const client = await open(t);
  await failWhileSending(client, 'delay');
  await send(client);
  await until(() => client.received.length === 2 * MESSAGE.length);
  assert.deepEqual(client.received, Buffer.concat([MESSAGE, MESSAGE]));
});

test('what is dropped does not arrive, nor does anything later', async (t) => {
  const client = await open(t);
  await failWhileSending(client, 'drop');
  client.socket.write(MESSAGE);
  const other = await openBeside(t, client);
  await send(other);
  assert.equal(client.received.length, 0);
  assert.equal(client.hasEnded, false);
});

test('a reset ends the connection, and new ones work', async (t) => {
  const client = await open(t);
  await failWhileSending(client, 'reset');
  await until(() => client.error === 'ECONNRESET');
  await send(await openBeside(t, client));
});

test('a direction is closed', async (t) => {
  const client = await open(t);
  await failWhileSending(client, 'half-close');
  // The message reached the echo, which was told that nothing follows.
  await until(() => client.hasEnded);
  assert.deepEqual(client.received, MESSAGE);
});

test('one bit of what is sent is another', async (t) => {
  const client = await open(t);
  await failWhileSending(client, 'corrupt');
  await until(() => client.received.length === MESSAGE.length);
  const flipped = client.received.map((byte, index) => byte ^ MESSAGE[index]).filter((bits) => bits !== 0);
  assert.equal(flipped.length, 1);
  assert.equal(flipped[0] & (flipped[0] - 1), 0, 'one bit');
});

test('what is stalled arrives later', async (t) => {
  const client = await open(t);
  await failWhileSending(client, 'stall');
  await until(() => client.received.length === MESSAGE.length);
  assert.deepEqual(client.received, MESSAGE);
  await send(client);
});

/** Another client of the same relay. */
async function openBeside(t, { relay }) {
  const socket = connect(relay.port, '127.0.0.1');
  t.after(() => socket.destroy());
  const client = { relay, socket, received: Buffer.alloc(0) };
  socket.on('data', (data) => {
    client.received = Buffer.concat([client.received, data]);
  });
  await once(socket, 'connect');
  return client;
}
