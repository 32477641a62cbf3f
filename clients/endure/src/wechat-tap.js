// Stands before the simulated WeChat, with TLS as the real one, and counts how often it gets each code.

import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CODE_TO_SESSION, PHONE_NUMBER } from 'yaoshi-testing';
import { run } from 'yaoshi-testing/programs';

export class WeChatTap {
  /** @type {Record<'logins' | 'phones', Map<string, number>>} How often WeChat got each code. */
  exchanges = { logins: new Map(), phones: new Map() };
  #target;
  #folder;
  #server;
  #agent = new Agent({ keepAlive: true });

  constructor(target) {
    this.#target = new URL(target);
  }

  /** Opens it. `env` is the environment in which its certificate is made. */
  async open(env) {
    this.#folder = await mkdtemp(join(tmpdir(), 'yaoshi-endure-tap-'));
    const key = join(this.#folder, 'key.pem');
    const extensions = ['basicConstraints=critical,CA:FALSE', 'subjectAltName=DNS:localhost'];
    const subject = ['-subj', '/CN=localhost', ...extensions.flatMap((extension) => ['-addext', extension])];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '30000'];
    const files = ['-keyout', key, '-out', this.certificateFile];
    const args = ['req', '-x509', ...curve, ...subject, ...files];
    const { code, stderr } = await run('openssl', args, { env: { ...process.env, ...env } });
    if (code !== 0) {
      throw new Error(`openssl: ${stderr}`);
    }
    const credentials = { key: await readFile(key), cert: await readFile(this.certificateFile) };
    this.#server = createServer(credentials, (incoming, response) => this.#pass(incoming, response));
    // A connection that was corrupted ends; the caller notices.
    this.#server.on('tlsClientError', () => {});
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  /** The certificate that callers have to trust. */
  get certificateFile() {
    return join(this.#folder, 'certificate.pem');
  }

  get port() {
    return this.#server.address().port;
  }

  async close() {
    this.#server?.close();
    this.#server?.closeAllConnections();
    this.#agent.destroy();
    if (this.#folder) {
      await rm(this.#folder, { recursive: true, force: true });
    }
  }

  async #pass(incoming, response) {
    try {
      const chunks = [];
      for await (const chunk of incoming) {
        chunks.push(chunk);
      }
      const body = Buffer.concat(chunks);
      this.#count(incoming.url, body);
      const { hostname, port } = this.#target;
      const { method, url: path, headers } = incoming;
      const passed = request({ agent: this.#agent, hostname, port, method, path, headers });
      const [answer] = await once(passed.end(body), 'response');
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    } catch {
      // The caller has gone.
      response.destroy();
    }
  }

  #count(url, body) {
    const { pathname, searchParams } = new URL(url, 'https://localhost');
    if (pathname === CODE_TO_SESSION) {
      increment(this.exchanges.logins, searchParams.get('js_code'));
    } else if (pathname === PHONE_NUMBER) {
      increment(this.exchanges.phones, JSON.parse(body).code);
    }
  }
}

function increment(counts, key) {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
