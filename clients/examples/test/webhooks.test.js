// The receivers of `examples/webhooks`. Here the test is Yaoshi.

import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { LANGUAGES, newSecret, Receiver, signature, signedHeaders } from './webhook-receivers.js';

const APP_ID = 'wx0123456789abcdef';
const OPENID = 'oX9bq4rVfXc1Jt2mYyZ0aBcDeFgH';
const SECRET = newSecret();
const MAX_BODY = 64 * 1024;

let folder;
let secretFile;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-webhooks-'));
  secretFile = join(folder, 'secret');
  await writeFile(secretFile, `${SECRET}\n`, { mode: 0o600 });
});
after(() => rm(folder, { recursive: true, force: true }));

let sequence = 0;

/** An event of a user, as Yaoshi writes it. */
function event(type, userId, members = {}) {
  sequence += 1;
  const data = { sequence, app_id: APP_ID, openid: OPENID, user_id: userId, by: 'person', ...members };
  return JSON.stringify({ type, timestamp: '2026-11-30T06:00:00.000Z', data });
}

/** The event that a user was erased, which names only the user. */
function erased(userId) {
  return event('user_erased', userId, { app_id: undefined, openid: undefined });
}

describe('the signature of the tests', () => {
  test('is that of the specification', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const signed = signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', '{"test": 2432232314}');
    assert.equal(signed, 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

for (const language of LANGUAGES) {
  describe(`the receiver in ${language}`, () => {
    let receiver;
    let user;

    before(async () => {
      receiver = await new Receiver(language, secretFile, join(folder, `alone-${language}`)).start();
    });
    beforeEach(() => {
      user = randomUUID();
    });
    after(() => receiver?.stop());

    /** Posts a body as Yaoshi does, by default signed as it should be, and returns the status. */
    async function post(body, headers = signedHeaders(body, [SECRET])) {
      const response = await fetch(receiver.url, { method: 'POST', headers, body });
      assert.equal(await response.text(), '');
      return response.status;
    }

    async function restart() {
      await receiver.stop();
      await receiver.start();
    }

    /** The kinds of events on record of the user. */
    async function types() {
      return (await receiver.find(user)).events.map(({ type }) => type);
    }

    test('knows who registered, who is blocked, and who is not any more', async () => {
      assert.equal(await post(event('registered', user)), 204);
      const known = await receiver.find(user);
      assert.deepEqual([known.state, known.app_id, known.openid], ['active', APP_ID, OPENID]);
      assert.equal(await post(event('user_blocked', user, { by: 'shell' })), 204);
      assert.equal((await receiver.find(user)).state, 'blocked');
      assert.equal(await post(event('user_unblocked', user, { by: 'operator:li.lei' })), 204);
      assert.deepEqual(
        { ...(await receiver.find(user)), sequence: 0, events: [] },
        { ...known, sequence: 0, events: [] },
      );
      assert.deepEqual(await types(), ['registered', 'user_blocked', 'user_unblocked']);
      assert.match(receiver.log(), new RegExp(`^user_unblocked ${user}$`, 'm'));
    });

    test('knows what the first event of a user tells, and keeps kinds that it does not know', async () => {
      assert.equal(await post(event('of_the_future', user)), 204);
      assert.equal((await receiver.find(user)).state, undefined);
      assert.equal(await post(event('user_blocked', user)), 204);
      assert.equal((await receiver.find(user)).state, 'blocked');
      assert.deepEqual(await types(), ['of_the_future', 'user_blocked']);
    });

    test('deals with an event once, however often it arrives', async () => {
      const body = event('registered', user);
      const id = randomUUID();
      const again = (age) => post(body, signedHeaders(body, [SECRET], { id, age }));
      assert.equal(await again(20), 204);
      assert.equal(await again(10), 204);
      assert.equal(await post(event('user_blocked', user)), 204);
      await restart();
      assert.equal(await again(0), 204);
      assert.deepEqual(await Promise.all(Array.from({ length: 12 }, () => again(0))), Array(12).fill(204));
      assert.deepEqual(await types(), ['registered', 'user_blocked']);
      assert.equal((await receiver.find(user)).state, 'blocked');
      assert.ok(!receiver.log().includes(user));
    });

    test('deals once with an event that arrives many times at the same moment', async () => {
      const body = event('registered', user);
      const headers = signedHeaders(body, [SECRET]);
      const answers = await Promise.all(Array.from({ length: 12 }, () => post(body, headers)));
      assert.deepEqual(answers, Array(12).fill(204));
      assert.deepEqual(await types(), ['registered']);
      assert.equal(receiver.log().split(user).length - 1, 1);
    });

    test('records what comes late, and goes by what happened last', async () => {
      const [registered, blocked, unblocked] = ['registered', 'user_blocked', 'user_unblocked'].map((type) =>
        event(type, user),
      );
      for (const body of [registered, unblocked, blocked]) {
        assert.equal(await post(body), 204);
      }
      assert.equal((await receiver.find(user)).state, 'active');
      assert.deepEqual(await types(), ['registered', 'user_unblocked', 'user_blocked']);
    });

    test('forgets who was erased, also if it hears of it late, and keeps nothing of them afterwards', async () => {
      // Nobody else has it, so that it can be searched for.
      const openid = `o${randomUUID()}`;
      const [registered, erasure] = [event('registered', user, { openid }), erased(user)];
      assert.equal(await post(registered), 204);
      assert.equal(await post(event('user_exported', user, { openid })), 204);
      assert.ok(await receiver.contains(openid));
      const headers = signedHeaders(erasure, [SECRET]);
      assert.equal(await post(erasure, headers), 204);
      assert.equal(await post(erasure, headers), 204);
      assert.equal(await post(registered), 204);
      assert.equal(await post(event('user_unblocked', user, { openid })), 204);
      assert.deepEqual(await receiver.find(user), { state: 'erased' });
      await restart();
      assert.equal(await post(registered), 204);
      assert.deepEqual(await receiver.find(user), { state: 'erased' });
      assert.ok(!(await receiver.contains(openid)));
    });

    test('takes what is about nobody who registered, and does nothing', async () => {
      const test = JSON.stringify({ type: 'test', timestamp: '2026-11-30T06:00:00.000Z', data: {} });
      for (const body of [
        test,
        event('logged_in', undefined),
        erased(undefined),
        event('operator_added', undefined),
      ]) {
        assert.equal(await post(body), 204, body);
      }
    });

    test('accepts one signature of two, while the secret is changed', async () => {
      for (const secrets of [
        [newSecret(), SECRET],
        [SECRET, newSecret()],
      ]) {
        const body = event('logged_in', user);
        assert.equal(await post(body, signedHeaders(body, secrets)), 204);
      }
      assert.deepEqual(await types(), ['logged_in', 'logged_in']);
    });

    test('refuses what is not signed as it should be', async () => {
      const body = event('registered', user);
      const right = signedHeaders(body, [SECRET]);
      const changed = (name, value) => ({ ...right, [name]: value });
      const without = (name) => Object.fromEntries(Object.entries(right).filter(([other]) => other !== name));
      const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': given } = right;
      const table = {
        'another secret': signedHeaders(body, [newSecret()]),
        'two other secrets': signedHeaders(body, [newSecret(), newSecret()]),
        'another body': signedHeaders(`${body} `, [SECRET]),
        'another id': changed('webhook-id', `${id}0`),
        'another time': changed('webhook-timestamp', String(Number(timestamp) + 1)),
        'another version': changed('webhook-signature', given.replace('v1,', 'v2,')),
        'no version': changed('webhook-signature', given.slice('v1,'.length)),
        'a part': changed('webhook-signature', given.slice(0, -1)),
        'more than one': changed('webhook-signature', `${given}=`),
        'no ASCII': changed('webhook-signature', `${given}é`),
        'an old time': signedHeaders(body, [SECRET], { age: 310 }),
        'a time to come': signedHeaders(body, [SECRET], { age: -310 }),
        'no id': without('webhook-id'),
        'no time': without('webhook-timestamp'),
        'no signature': without('webhook-signature'),
        nothing: {},
      };
      for (const text of [`${timestamp}.0`, `+${timestamp}`, `${timestamp}e0`, 'now', `${timestamp}000`]) {
        const signed = { ...right, 'webhook-timestamp': text };
        table[text] = { ...signed, 'webhook-signature': signature(SECRET, id, text, body) };
      }
      for (const [what, headers] of Object.entries(table)) {
        assert.equal(await post(body, headers), 401, what);
      }
      assert.equal(await receiver.find(user), undefined);
      for (const age of [290, -290]) {
        assert.equal(await post(body, signedHeaders(body, [SECRET], { age })), 204);
      }
    });

    test('refuses what is no event', async () => {
      const data = { sequence: 1, user_id: user };
      const timestamp = '2026-11-30T06:00:00.000Z';
      for (const body of [
        '',
        '{',
        '\xff',
        'null',
        '1',
        '[]',
        '"registered"',
        '{}',
        JSON.stringify({ timestamp, data }),
        JSON.stringify({ type: 1, timestamp, data }),
        JSON.stringify({ type: 'registered', data }),
        JSON.stringify({ type: 'registered', timestamp }),
        JSON.stringify({ type: 'registered', timestamp, data: null }),
        JSON.stringify({ type: 'registered', timestamp, data: 'text' }),
        JSON.stringify({ type: 'registered', timestamp, data: { user_id: user } }),
        JSON.stringify({ type: 'registered', timestamp, data: { ...data, sequence: '1' } }),
        JSON.stringify({ type: 'registered', timestamp, data: { ...data, user_id: '../receiver' } }),
        JSON.stringify({ type: 'registered', timestamp, data: { ...data, user_id: 1 } }),
      ]) {
        assert.equal(await post(body), 400, body);
      }
      assert.equal(await receiver.find(user), undefined);
    });

    test('refuses what is too long, and other routes', async () => {
      const body = event('registered', user);
      const padded = (length) => body + ' '.repeat(length - Buffer.byteLength(body));
      assert.equal(await post(padded(MAX_BODY + 1)), 413);
      assert.equal(await post(padded(4 * MAX_BODY)), 413);
      assert.equal(await receiver.find(user), undefined);
      assert.equal(await post(padded(MAX_BODY)), 204);
      assert.ok((await fetch(receiver.url)).status >= 400);
      const headers = signedHeaders(body, [SECRET]);
      assert.equal((await fetch(`${receiver.url}/more`, { method: 'POST', headers, body })).status, 404);
    });

    test('has on record whatever it took, once, though it is killed', async () => {
      const KILLS = 5;
      const users = Array.from({ length: 4 }, () => randomUUID());
      const taken = new Map(users.map((id) => [id, []]));
      let isOver = false;

      /** Sends one event of a user after the other, each until it is taken, as Yaoshi does. */
      async function send(id) {
        while (!isOver) {
          const body = event('profile_changed', id);
          const webhookId = randomUUID();
          const attempt = () =>
            post(body, signedHeaders(body, [SECRET], { id: webhookId })).catch(() => sleep(5));
          while ((await attempt()) !== 204) {
            // Again: the receiver was killed, perhaps after the event was on its disk.
          }
          taken.get(id).push(webhookId);
        }
      }

      const senders = Promise.all(users.map(send));
      for (let kills = 0; kills < KILLS; kills += 1) {
        // Some events of each user later, and in the midst of the next ones.
        const enough = new Map(users.map((id) => [id, taken.get(id).length + 2]));
        while (users.some((id) => taken.get(id).length < enough.get(id))) {
          await Promise.race([sleep(1), senders]);
        }
        await sleep(randomInt(10));
        await restart();
      }
      isOver = true;
      await senders;
      for (const id of users) {
        const known = await receiver.find(id);
        assert.deepEqual(
          known.events.map((event) => event.id),
          taken.get(id),
        );
      }
    });
  });
}
