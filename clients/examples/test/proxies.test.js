// The proxies of deploy/, in front of the real server: each is started with its committed configuration, in which only
// addresses and the certificate are replaced.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, afterEach, before, describe, test } from 'node:test';
import { APP_ID, startYaoshi } from 'yaoshi-testing';
import { run, startProgram } from 'yaoshi-testing/programs';
import { freePort, Link, nginxTemporary, replaceAll, repositoryPath } from './fixture.js';

/** Where the client sends from: another address than that of the proxy. */
const CLIENT = '127.0.0.2';

const PROXIES = [
  {
    name: 'nginx',
    host: 'login.example.org',
    async start({ folder, yaoshi, port }) {
      await certificate(folder, this.host);
      const site = replaceAll(await readFile(repositoryPath('deploy/nginx/yaoshi.conf'), 'utf8'), {
        'server 127.0.0.1:8080;': `server ${yaoshi};`,
        'listen 80;': `listen 127.0.0.1:${await freePort()};`,
        'listen 443 ssl http2;': `listen 127.0.0.1:${port} ssl http2;`,
        '/etc/nginx/yaoshi/fullchain.pem': `${folder}/fullchain.pem`,
        '/etc/nginx/yaoshi/privkey.pem': `${folder}/privkey.pem`,
      });
      await writeFile(join(folder, 'yaoshi.conf'), site);
      const file = join(folder, 'nginx.conf');
      const http = `access_log off; ${nginxTemporary(folder)} include ${folder}/yaoshi.conf;`;
      await writeFile(file, `events {} http { ${http} }`);
      const env = { PATH: `${process.env.PATH}:/usr/sbin` };
      const args = ['-p', folder, '-c', file, '-e', 'stderr', '-g'];
      await succeeds('nginx', ['-t', ...args, `pid ${folder}/nginx.pid;`], { env });
      const own = `daemon off; pid ${folder}/nginx.pid;`;
      // Its master stops its workers, unless it is killed.
      return startProgram('nginx', [...args, own], { port, env, signal: 'SIGTERM' });
    },
  },
  {
    name: 'Caddy',
    host: 'localhost',
    async start({ folder, yaoshi, port }) {
      const committed = repositoryPath('deploy/caddy/Caddyfile');
      const home = { PATH: process.env.PATH, HOME: folder };
      await succeeds('caddy', ['validate', '--adapter', 'caddyfile', '--config', committed], { env: home });
      const own = [`http_port ${await freePort()}`, 'default_bind 127.0.0.1', 'skip_install_trust'];
      const site = replaceAll(await readFile(committed, 'utf8'), {
        'admin off': ['admin off', ...own].join('\n\t'),
      });
      const file = join(folder, 'Caddyfile');
      await writeFile(file, site);
      const env = { HOME: folder, SITE: `https://${this.host}:${port}`, YAOSHI: yaoshi };
      return startProgram('caddy', ['run', '--adapter', 'caddyfile', '--config', file], { port, env });
    },
  },
];

async function succeeds(command, args, options) {
  const { code, stdout, stderr } = await run(command, args, options);
  assert.equal(code, 0, stdout + stderr);
}

/** A certificate for `host`, as a certificate authority would issue it. */
function certificate(folder, host) {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const out = ['-keyout', join(folder, 'privkey.pem'), '-out', join(folder, 'fullchain.pem')];
  return succeeds('openssl', ['req', '-x509', ...key, ...out, '-days', '1', '-subj', `/CN=${host}`]);
}

for (const proxy of PROXIES) {
  describe(`${proxy.name} in front of the server`, () => {
    let server;
    let link;
    let folder;
    let port;
    let running;

    before(async () => {
      server = await startYaoshi({
        env: { YAOSHI_HTTP__TRUSTED_PROXIES: '127.0.0.1' },
        // The proxies pass on the name that clients know.
        allowHosts: ['login.example.org'],
      });
      link = await Link.to(server.baseUrl);
      folder = await mkdtemp(join(tmpdir(), 'yaoshi-proxy-'));
      port = await freePort();
      running = await proxy.start({ folder, yaoshi: link.address, port });
    });
    afterEach(() => link.restore());
    after(async () => {
      await running?.stop();
      await link?.close();
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    /** Sends a request over TLS from the client's address. */
    function send(method, path, { token, body, headers = {} } = {}) {
      return new Promise((resolve, reject) => {
        const sent = request({
          host: '127.0.0.1',
          port,
          localAddress: CLIENT,
          servername: proxy.host,
          rejectUnauthorized: false,
          method,
          path,
          agent: false,
          headers: {
            host: proxy.host,
            ...(body && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
            ...(token && { authorization: `Bearer ${token}` }),
            ...headers,
          },
        });
        sent.on('error', reject);
        sent.on('response', async (response) => {
          const answer = await text(response);
          const type = response.headers['content-type'] ?? '';
          resolve({
            status: response.statusCode,
            headers: response.headers,
            type,
            body: type.includes('json') ? JSON.parse(answer) : answer,
          });
        });
        sent.end(body);
      });
    }

    test('the server sees the address of the client, and not what the client says of itself', async () => {
      const userId = await server.wechat.createUser();
      const { code } = await server.wechat.phone('login', { app_id: APP_ID, user_id: userId });
      const headers = { 'x-forwarded-for': '203.0.113.9', forwarded: 'for=203.0.113.9' };
      const body = JSON.stringify({ app_id: APP_ID, code });
      const login = await send('POST', '/v1/login', { body, headers });
      assert.equal(login.status, 200, JSON.stringify(login.body));
      assert.equal(login.headers['strict-transport-security'], 'max-age=31536000');
      const { body: list } = await send('GET', '/v1/sessions', { token: login.body.token });
      assert.deepEqual(
        list.sessions.map(({ ip }) => ip),
        [CLIENT],
      );
    });

    test('what is for operators and for back ends is not there', async () => {
      const paths = ['/service/v1/users', '/oauth/introspect', '/%73ervice/v1/users', '//service/v1/users'];
      for (const path of [...paths, '/v1/../service/v1/users', '/metrics', '/admin/v1/users']) {
        const { status, body } = await send('GET', path);
        assert.deepEqual([status, body.code], [404, 'not_found'], path);
      }
    });

    test('a body that is too long is refused', async () => {
      const { status, body } = await send('POST', '/v1/login', { body: ' '.repeat(200_000) });
      assert.deepEqual([status, body.code, body.recover], [413, 'payload_too_large', 'fix_request']);
    });

    test('where the server cannot be reached, clients are told to retry', async () => {
      await link.cut();
      const { status, headers, type, body } = await send('GET', '/v1/session');
      assert.deepEqual([status, body.recover, headers['retry-after']], [503, 'retry', '1']);
      assert.equal(type, 'application/problem+json');
    });
  });
}
