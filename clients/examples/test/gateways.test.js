import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, get as httpGet } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { APP_ID, startYaoshi } from 'yaoshi-testing';
import { startProgram } from 'yaoshi-testing/programs';
import {
  call,
  examplePath,
  freePort,
  Link,
  logIn,
  logOut,
  nginxTemporary,
  replaceAll,
  signUp,
  stub,
  UNKNOWN_TOKEN,
} from './fixture.js';

const NAMES = ['User', 'Session', 'App', 'Openid', 'State', 'Assertion'];

/** What a client sends that wants to be somebody else. */
const FORGED = Object.fromEntries(
  NAMES.flatMap((name) => [
    [`X-Yaoshi-${name}`, 'forged'],
    [`X_Yaoshi_${name}`, 'forged'],
    [`X-Yaoshi_${name}`, 'forged'],
  ]),
);

/** Each gateway, started with its committed configuration: only the addresses are those of the test. */
const GATEWAYS = [
  {
    name: 'nginx',
    async start({ folder, yaoshi, backEnd, port }) {
      await cp(examplePath('nginx'), folder, { recursive: true });
      const file = join(folder, 'nginx.conf');
      const configuration = replaceAll(await readFile(file, 'utf8'), {
        'server 127.0.0.1:8080;': `server ${yaoshi};`,
        'server 127.0.0.1:3000;': `server ${backEnd};`,
        'listen 8000;': `listen 127.0.0.1:${port};`,
        'http {': `http { access_log off; ${nginxTemporary(folder)}`,
      });
      await writeFile(file, configuration);
      const own = `daemon off; pid ${folder}/nginx.pid;`;
      return startProgram('nginx', ['-p', folder, '-c', file, '-e', 'stderr', '-g', own], {
        port,
        env: { PATH: `${process.env.PATH}:/usr/sbin` },
        // Its master stops its workers, unless it is killed.
        signal: 'SIGTERM',
      });
    },
  },
  {
    name: 'Caddy',
    start({ folder, yaoshi, backEnd, port }) {
      const env = { HOME: folder, YAOSHI: yaoshi, BACK_END: backEnd, PORT: String(port) };
      const args = ['run', '--adapter', 'caddyfile', '--config', examplePath('caddy/Caddyfile')];
      return startProgram('caddy', args, { port, env });
    },
  },
];

/** A back end that records what arrives. */
async function recorder() {
  const requests = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(request.url === '/broken' ? 500 : 200).end('from the back end');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    address: `127.0.0.1:${server.address().port}`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Yaoshi's headers in a request, without the empty ones. */
function yaoshiHeaders({ headers }) {
  const found = Object.entries(headers).filter(([name, value]) => /^x[-_]yaoshi/.test(name) && value !== '');
  return Object.fromEntries(found);
}

for (const { name, start } of GATEWAYS) {
  describe(`the gateway ${name}`, () => {
    let server;
    let link;
    let backEnd;
    let gateway;
    let folder;

    before(async () => {
      server = await startYaoshi({
        env: { YAOSHI_HTTP__PUBLIC_URL: 'https://login.example.org' },
        // nginx names its upstream.
        allowHosts: ['yaoshi'],
      });
      link = await Link.to(server.baseUrl);
      backEnd = await recorder();
      folder = await mkdtemp(join(tmpdir(), 'yaoshi-gateway-'));
      const port = await freePort();
      gateway = await start({ folder, yaoshi: link.address, backEnd: backEnd.address, port });
    });
    beforeEach(() => backEnd.requests.splice(0));
    afterEach(() => link.restore());
    after(async () => {
      await gateway?.stop();
      backEnd?.close();
      await link?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const get = (path, token, headers = FORGED) => call(gateway.url + path, { token, headers });

    /** Without `fetch`, which resolves `..` by itself. */
    async function getAsWritten(path, token) {
      const request = httpGet(gateway.url, { path, headers: { authorization: `Bearer ${token}` } });
      const [response] = await once(request, 'response');
      const { 'content-type': type } = response.headers;
      return { status: response.statusCode, type, body: JSON.parse(await text(response)) };
    }

    test('tells the back end whose a request is, whatever the client says', async () => {
      const { id, session, openid, token } = await signUp(server);
      for (const method of ['GET', 'POST']) {
        const { status, body } = await call(`${gateway.url}/orders?page=2`, {
          method,
          token,
          headers: FORGED,
        });
        assert.deepEqual([status, body], [200, 'from the back end']);
        const request = backEnd.requests.pop();
        assert.deepEqual([request.method, request.url], [method, '/orders?page=2']);
        const { 'x-yaoshi-assertion': assertion, ...others } = yaoshiHeaders(request);
        assert.deepEqual(others, {
          'x-yaoshi-user': id,
          'x-yaoshi-session': session,
          'x-yaoshi-app': APP_ID,
          'x-yaoshi-openid': openid,
          'x-yaoshi-state': 'registered',
        });
        const claims = JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url'));
        assert.deepEqual([claims.sub, claims.aud], [id, 'orders']);
        assert.equal(request.headers.authorization, undefined);
      }
    });

    test('stops a request without a token', async () => {
      for (const path of ['/orders', '/catalogue/']) {
        const { status, type, body, challenge } = await get(path);
        assert.deepEqual([status, type], [401, 'application/problem+json']);
        assert.deepEqual([body.code, body.recover], ['missing_token', 'login_again']);
        assert.match(challenge, /^Bearer/);
      }
      assert.deepEqual(backEnd.requests, []);
    });

    test('stops a token that is worth nothing', async () => {
      const { status, body, challenge } = await get('/orders', UNKNOWN_TOKEN);
      assert.deepEqual([status, body.recover], [401, 'login_again']);
      assert.match(challenge, /invalid_token/);
      assert.deepEqual(backEnd.requests, []);
    });

    test('stops a user who has not registered, whatever the query says', async () => {
      const { token } = await logIn(server);
      for (const path of [
        '/orders',
        '/orders?unregistered=allow',
        '/catalogue/../orders',
        '/catalogue/%2e%2e/orders',
        '/catalogue/..%2forders',
      ]) {
        const { status, type, body } = await getAsWritten(path, token);
        assert.deepEqual([status, type], [403, 'application/problem+json'], path);
        assert.deepEqual([body.code, body.recover], ['not_registered', 'register']);
      }
      assert.deepEqual(backEnd.requests, []);
    });

    test('lets a user who has not registered see the catalogue, as nobody', async () => {
      const { openid, token } = await logIn(server);
      assert.equal((await get('/catalogue/', token)).status, 200);
      const { 'x-yaoshi-session': session, ...others } = yaoshiHeaders(backEnd.requests[0]);
      assert.match(session, /^[0-9a-f-]{36}$/);
      assert.deepEqual(others, {
        'x-yaoshi-app': APP_ID,
        'x-yaoshi-openid': openid,
        'x-yaoshi-state': 'unregistered',
      });
    });

    test('stops a user at once who has logged out', async () => {
      const { token } = await signUp(server);
      assert.equal((await get('/orders', token)).status, 200);
      await logOut(server, token);
      assert.equal((await get('/orders', token)).status, 401);
      assert.equal(backEnd.requests.length, 1);
    });

    test('passes on an error of the back end', async () => {
      const { token } = await signUp(server);
      const { status, body } = await get('/broken', token);
      assert.deepEqual([status, body], [500, 'from the back end']);
    });

    test('asks again and again over one connection', async () => {
      const { token } = await signUp(server);
      await get('/orders', token);
      const { connections } = link;
      for (let i = 0; i < 10; i++) {
        await get('/orders', token);
      }
      // nginx has several workers, and each has connections of its own.
      assert.ok(link.connections < connections + 8, `${link.connections - connections} more`);
    });

    test('waits two seconds for Yaoshi, then closes the door', async () => {
      const { token } = await signUp(server);
      await link.silence();
      const begin = performance.now();
      const { status, type, body, retryAfter } = await get('/orders', token);
      const elapsed = performance.now() - begin;
      assert.deepEqual(
        [status, type, body.recover, retryAfter],
        [503, 'application/problem+json', 'retry', '1'],
      );
      assert.ok(elapsed > 1900 && elapsed < 3500, `${elapsed} ms`);
      assert.deepEqual(backEnd.requests, []);
    });

    test('closes the door while Yaoshi refuses to answer', async () => {
      const headers = { 'content-type': 'application/problem+json', 'retry-after': '1' };
      const overloaded = await stub(503, headers, '{"code":"overloaded","recover":"retry"}');
      try {
        await link.redirect(overloaded.url);
        const { status, type, body, retryAfter } = await get('/orders', UNKNOWN_TOKEN);
        assert.deepEqual(
          [status, type, body.recover, retryAfter],
          [503, 'application/problem+json', 'retry', '1'],
        );
      } finally {
        overloaded.close();
        await link.redirect(server.baseUrl);
      }
      assert.deepEqual(backEnd.requests, []);
    });

    test('closes the door when Yaoshi stops', async () => {
      const { token } = await signUp(server);
      assert.equal((await get('/orders', token)).status, 200);
      backEnd.requests.splice(0);
      await server.stop();
      for (const path of ['/orders', '/catalogue/']) {
        const { status, type, body, retryAfter } = await get(path, token);
        assert.deepEqual(
          [status, type, body.recover, retryAfter],
          [503, 'application/problem+json', 'retry', '1'],
        );
      }
      assert.deepEqual(backEnd.requests, []);
    });
  });
}
