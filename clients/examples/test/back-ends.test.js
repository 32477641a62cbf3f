import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { APP_ID, startYaoshi } from 'yaoshi-testing';
import { run, startProgram } from 'yaoshi-testing/programs';
import { call, examplePath, freePort, Link, logIn, logOut, signUp, stub, UNKNOWN_TOKEN } from './fixture.js';

const SERVICE = { id: 'orders', secret: 'a-secret-of-thirty-two-characters' };
/** How long an example waits for Yaoshi, in milliseconds, and how much longer the answer may take. */
const TIMEOUT = 2000;
const MARGIN = 1500;

let server;
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yaoshi-examples-'));
  server = await startYaoshi({
    env: {
      YAOSHI_SERVICE__ID: SERVICE.id,
      YAOSHI_SERVICE__SECRET: SERVICE.secret,
      YAOSHI_SERVICE__SCOPES: 'introspect',
    },
  });
});
after(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/**
 * The command of each example.
 *
 * `pools`: it keeps connections open. `repeats`: it asks again if Yaoshi closes one just when it is used.
 */
const EXAMPLES = [
  { name: 'node', pools: true, command: () => [process.execPath, examplePath('node/orders.js')] },
  {
    name: 'python',
    pools: true,
    repeats: true,
    command: () => ['python3', examplePath('python/server.py')],
  },
  { name: 'go', pools: true, repeats: true, command: async () => [await buildGo()] },
  { name: 'php', command: (port) => ['php', '-S', `127.0.0.1:${port}`, examplePath('php/server.php')] },
  {
    name: 'java',
    pools: true,
    repeats: true,
    command: async () => ['java', '-cp', await buildJava(), 'BackEnd'],
  },
];

const buildGo = memoized(async () => {
  const program = join(folder, 'back-end');
  await compile('go', ['build', '-o', program, '.'], { cwd: examplePath('go') });
  return program;
});

const buildJava = memoized(async () => {
  const classes = join(folder, 'classes');
  await compile('javac', ['-d', classes, examplePath('java/BackEnd.java')]);
  return classes;
});

async function compile(...command) {
  const { code, stderr } = await run(...command);
  assert.equal(code, 0, stderr);
}

/** Builds once, however often it is called. */
function memoized(build) {
  let built;
  return () => {
    built ??= build();
    return built;
  };
}

for (const { name, pools, repeats, command } of EXAMPLES) {
  describe(`the back end in ${name}`, () => {
    let link;
    let backEnd;

    async function start(options = {}) {
      const port = await freePort();
      const [program, ...args] = await command(port);
      const env = {
        LOGIN_SERVER: link.url,
        SERVICE_ID: SERVICE.id,
        SERVICE_SECRET: SERVICE.secret,
        APP_ID,
        PORT: String(port),
        ...options,
      };
      return startProgram(program, args, { port, env });
    }

    const get = (token, url = backEnd.url) => call(`${url}/orders`, { token });

    before(async () => {
      link = await Link.to(server.baseUrl);
      backEnd = await start();
    });
    afterEach(() => link?.restore());
    after(async () => {
      await backEnd?.stop();
      await link?.close();
    });

    test('serves a registered user', async () => {
      const { id, openid, token } = await signUp(server);
      const list = await get(token);
      assert.deepEqual(
        [list.status, list.type, list.body],
        [200, 'application/json', { user: id, orders: [] }],
      );
      const order = await call(`${backEnd.url}/orders?source=home`, { method: 'POST', token });
      assert.deepEqual([order.status, order.body], [201, { user: id, payer: { openid } }]);
    });

    test('tells a client without a token to log in', async () => {
      for (const headers of [{}, { authorization: 'Bearer' }, { authorization: 'Basic dTpw' }]) {
        const { status, type, body, challenge } = await call(`${backEnd.url}/orders`, { headers });
        assert.deepEqual([status, type, challenge], [401, 'application/problem+json', 'Bearer']);
        assert.deepEqual(body, { code: 'missing_token', recover: 'login_again' });
      }
    });

    test('tells a client with a token that is worth nothing to log in', async () => {
      const { token } = await signUp(server);
      await logOut(server, token);
      for (const worthless of [token, UNKNOWN_TOKEN, 'garbage', 'a&b=c+d%00']) {
        const { status, body, challenge } = await get(worthless);
        assert.deepEqual([status, challenge], [401, 'Bearer error="invalid_token"'], worthless);
        assert.deepEqual(body, { code: 'invalid_token', recover: 'login_again' });
      }
    });

    test('refuses a token as soon as the user has logged out', async () => {
      const { token } = await signUp(server);
      assert.equal((await get(token)).status, 200);
      await logOut(server, token);
      assert.equal((await get(token)).status, 401);
    });

    test('tells a client whose user is not registered to register', async () => {
      const { token } = await logIn(server);
      const { status, body } = await get(token);
      assert.deepEqual([status, body], [403, { code: 'not_registered', recover: 'register' }]);
    });

    test('refuses the token of another app', async () => {
      const other = await start({ APP_ID: 'wxfedcba9876543210' });
      try {
        const { token } = await signUp(server);
        const { status, body } = await get(token, other.url);
        assert.deepEqual([status, body], [403, { code: 'other_app', recover: 'fix_request' }]);
      } finally {
        await other.stop();
      }
    });

    test('blames itself if Yaoshi does not know it', async () => {
      const other = await start({ SERVICE_SECRET: 'another-secret-of-thirty-two-characters' });
      try {
        const { token } = await signUp(server);
        const { status, body, challenge } = await get(token, other.url);
        assert.deepEqual(
          [status, body, challenge],
          [502, { code: 'introspection_refused', recover: 'operator' }, null],
        );
        assert.match(other.log(), /401/);
      } finally {
        await other.stop();
      }
    });

    test('says when to try again if Yaoshi cannot be reached', async () => {
      const { token } = await signUp(server);
      await link.cut();
      const { status, body, retryAfter } = await get(token);
      assert.deepEqual(
        [status, retryAfter, body],
        [503, '1', { code: 'yaoshi_unavailable', recover: 'retry' }],
      );
      await link.restore();
      assert.equal((await get(token)).status, 200);
    });

    test('waits two seconds for Yaoshi', async () => {
      const { token } = await signUp(server);
      await link.silence();
      const start = performance.now();
      const { status, retryAfter } = await get(token);
      const elapsed = performance.now() - start;
      assert.deepEqual([status, retryAfter], [503, '1']);
      assert.ok(elapsed > TIMEOUT - 100 && elapsed < TIMEOUT + MARGIN, `${elapsed} ms`);
    });

    test('passes on when Yaoshi wants to be asked again', async () => {
      const json = { 'content-type': 'application/json' };
      for (const [answer, seconds] of [
        [[503, { ...json, 'retry-after': '7' }, '{"code":"overloaded","recover":"retry"}'], '7'],
        [[429, { ...json, 'retry-after': '9' }, '{}'], '9'],
        [[500, json, '{}'], '1'],
        [[502, { 'content-type': 'text/html' }, '<h1>Bad Gateway</h1>'], '1'],
        [[200, { 'content-type': 'text/html' }, '<h1>Welcome to nginx!</h1>'], '1'],
      ]) {
        const stubbed = await stub(...answer);
        try {
          await link.redirect(stubbed.url);
          const { status, body, retryAfter } = await get(UNKNOWN_TOKEN);
          assert.deepEqual([status, body.recover, retryAfter], [503, 'retry', seconds], answer.join());
        } finally {
          stubbed.close();
          await link.redirect(server.baseUrl);
        }
      }
    });

    test('has no other route', async () => {
      const { status, body } = await call(`${backEnd.url}/other`);
      assert.deepEqual([status, body], [404, { code: 'no_such_route', recover: 'fix_request' }]);
    });

    if (pools) {
      test('asks again and again over one connection', async () => {
        const { token } = await signUp(server);
        assert.equal((await get(token)).status, 200);
        const { connections } = link;
        for (let i = 0; i < 10; i++) {
          assert.equal((await get(token)).status, 200);
        }
        assert.equal(link.connections, connections);
      });
    }

    test('survives that Yaoshi closes its connections', async () => {
      const { token } = await signUp(server);
      assert.equal((await get(token)).status, 200);
      await link.closeConnections();
      assert.equal((await get(token)).status, 200);
      if (repeats) {
        link.closeOnUse();
        assert.equal((await get(token)).status, 200);
      }
    });
  });
}

test('an example does not start without its settings', async () => {
  for (const [program, ...args] of [
    [process.execPath, examplePath('node/orders.js')],
    [await buildGo()],
    ['java', '-cp', await buildJava(), 'BackEnd'],
  ]) {
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, LOGIN_SERVER: 'http://127.0.0.1:1', SERVICE_ID: 'orders' };
    const { code, stderr } = await run(program, args, { env });
    assert.equal(code, 1);
    assert.match(stderr, /SERVICE_SECRET is missing: see README.md/);
  }
});
