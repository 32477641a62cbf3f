// What happens at the server, until the receivers of `examples/webhooks` know it.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startYaoshi } from 'yaoshi-testing';
import { call, freePort, logOut, signUp } from './fixture.js';
import { LANGUAGES, newSecret, Receiver, signature } from './webhook-receivers.js';

const SECRET = newSecret();
const TYPES = ['registered', 'logged_out', 'user_erased'];
/** How long an event may take, in milliseconds of the real time. */
const TIMEOUT = 20_000;

let folder;
let server;
let receivers;
/** What arrived: headers and message of each request. */
let requests;
/** Which messages are not taken. */
let isRefused;

/** Records a request, and passes it on to both receivers as it is. */
const fan = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const names = ['content-type', 'webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const headers = Object.fromEntries(names.map((name) => [name, request.headers[name]]));
  const message = JSON.parse(body);
  const isTaken = !isRefused(message);
  requests.push({ headers, body, message, isTaken });
  const passOn = ({ url }) => fetch(url, { method: 'POST', headers, body });
  const answers = isTaken ? await Promise.all(receivers.map(passOn)) : [];
  response.writeHead(isTaken && answers.every(({ status }) => status === 204) ? 204 : 503).end();
});

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-webhooks-'));
  const secretFile = join(folder, 'secret');
  await writeFile(secretFile, `${SECRET}\n`, { mode: 0o600 });
  requests = [];
  isRefused = () => false;
  receivers = await Promise.all(
    LANGUAGES.map((language) => new Receiver(language, secretFile, join(folder, language)).start()),
  );
  const port = await freePort();
  await once(fan.listen(port, '127.0.0.1'), 'listening');
  server = await startYaoshi({
    env: {
      YAOSHI_WEBHOOK__URL: `http://127.0.0.1:${port}/yaoshi`,
      YAOSHI_WEBHOOK__SECRET_FILE: secretFile,
      YAOSHI_WEBHOOK__EVENTS: TYPES.join(','),
      YAOSHI_WEBHOOK__ALLOW_PRIVATE: 'true',
    },
  });
});
afterEach(() => {
  isRefused = () => false;
});
after(async () => {
  await server?.stop();
  fan.close();
  fan.closeAllConnections();
  await Promise.all((receivers ?? []).map((receiver) => receiver.stop()));
  await rm(folder, { recursive: true, force: true });
});

/** Waits until `find` returns something. */
async function eventually(find) {
  for (const deadline = Date.now() + TIMEOUT; ; await sleep(50)) {
    const found = await find();
    if (found) {
      return found;
    }
    assert.ok(Date.now() < deadline, server.log());
  }
}

/** The requests about a user. */
function about(userId) {
  return requests.filter(({ message }) => message.data.user_id === userId);
}

/** The requests about a user that were taken, once there are as many. */
function taken(userId, count) {
  const found = () => about(userId).filter(({ isTaken }) => isTaken);
  return eventually(() => found().length >= count && found());
}

/** What each receiver has of a user, once both have this state. */
function known(userId, state) {
  return eventually(async () => {
    const found = await Promise.all(receivers.map((receiver) => receiver.find(userId)));
    return found.every((user) => user?.state === state) && found;
  });
}

async function erase({ token }) {
  assert.equal((await call(`${server.baseUrl}/v1/me`, { method: 'DELETE', token })).status, 200);
}

test('the receivers know who registered', async () => {
  const person = await signUp(server);
  for (const user of await known(person.id, 'active')) {
    assert.deepEqual([user.app_id, user.openid], [server.appId, person.openid]);
  }
  const [{ headers, body, message }, ...others] = about(person.id);
  assert.deepEqual(others, []);
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = headers;
  assert.equal(headers['content-type'], 'application/json');
  assert.equal(given, signature(SECRET, id, timestamp, body));
  assert.deepEqual(Object.keys(message).sort(), ['data', 'timestamp', 'type']);
  assert.equal(message.type, 'registered');
  assert.equal(new Date(message.timestamp).toISOString(), message.timestamp);
  const { sequence, session_id, ...data } = message.data;
  assert.ok(Number.isSafeInteger(sequence));
  assert.deepEqual(data, {
    app_id: server.appId,
    openid: person.openid,
    user_id: person.id,
    by: 'person',
  });
});

test('the receivers hear of a logout after the registration', async () => {
  const person = await signUp(server);
  await logOut(server, person.token);
  const [registered, loggedOut] = (await taken(person.id, 2)).map(({ message }) => message);
  assert.deepEqual([registered.type, loggedOut.type], ['registered', 'logged_out']);
  assert.ok(registered.data.sequence < loggedOut.data.sequence);
  assert.equal(loggedOut.data.session_id, person.session);
});

test('the receivers forget who was erased', async () => {
  const person = await signUp(server);
  await known(person.id, 'active');
  for (const receiver of receivers) {
    assert.ok(await receiver.contains(person.openid));
  }
  await erase(person);
  assert.deepEqual(await known(person.id, 'erased'), [{ state: 'erased' }, { state: 'erased' }]);
  for (const receiver of receivers) {
    assert.ok(!(await receiver.contains(person.openid)));
  }
  const { message } = about(person.id).at(-1);
  assert.deepEqual([message.type, message.data.openid], ['user_erased', undefined]);
});

test('the receivers hear everything once they are up, in order, and of others at once', async () => {
  isRefused = () => true;
  const person = await signUp(server);
  await eventually(() => about(person.id).length > 0);
  isRefused = ({ data }) => data.user_id === person.id;
  await logOut(server, person.token);
  const other = await signUp(server);
  await known(other.id, 'active');
  assert.ok(about(person.id).every(({ message }) => message.type === 'registered'));
  isRefused = () => false;
  // The second try comes ten seconds after the first.
  await server.wechat.advance(11);
  const [registered, loggedOut] = await taken(person.id, 2);
  assert.deepEqual([registered.message.type, loggedOut.message.type], ['registered', 'logged_out']);
  const tries = about(person.id).filter(({ message }) => message.type === 'registered');
  assert.ok(tries.length > 1);
  assert.equal(new Set(tries.map(({ headers }) => headers['webhook-id'])).size, 1);
  assert.ok(tries.every(({ body }) => body.equals(tries[0].body)));
  await known(person.id, 'active');
});

test('the receivers hear of somebody who was erased meanwhile without the openid', async () => {
  isRefused = () => true;
  const person = await signUp(server);
  await eventually(() => about(person.id).length > 0);
  await erase(person);
  isRefused = () => false;
  await server.wechat.advance(11);
  const [registered, erasure] = await taken(person.id, 2);
  assert.deepEqual([registered.message.type, erasure.message.type], ['registered', 'user_erased']);
  assert.equal(registered.message.data.openid, undefined);
  assert.deepEqual(await known(person.id, 'erased'), [{ state: 'erased' }, { state: 'erased' }]);
  for (const receiver of receivers) {
    assert.ok(!(await receiver.contains(person.openid)));
  }
});
