import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A token in the form of Yaoshi's, which opens no session. */
export const UNKNOWN_TOKEN = `ys_${'A'.repeat(43)}`;

/** The absolute path of a file in the repository. */
export function repositoryPath(path) {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

/** The absolute path of a file in `examples/`. */
export function examplePath(path) {
  return repositoryPath(`examples/${path}`);
}

/** The text with each key replaced by its value. Each stands there once. */
export function replaceAll(text, replacements) {
  let replaced = text;
  for (const [old, by] of Object.entries(replacements)) {
    if (replaced.split(old).length !== 2) {
      throw new Error(`${old} does not stand there once`);
    }
    replaced = replaced.replace(old, () => by);
  }
  return replaced;
}

/** The places for nginx's temporary files, in a folder: Debian's are root's. */
export function nginxTemporary(folder) {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return kinds.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join(' ');
}

/** A port that nothing listens on. */
export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** A network cable between a program and a server, which can be cut. */
export class Link {
  /** How many connections were opened. */
  connections = 0;
  #target;
  #server;
  #sockets = new Set();
  #mode = 'forward';

  /** Opens a link to the server at `url`. */
  static async to(url) {
    const link = new Link();
    link.#target = Number(new URL(url).port);
    link.#server = createServer((socket) => link.#accept(socket)).listen(0, '127.0.0.1');
    await once(link.#server, 'listening');
    return link;
  }

  get address() {
    return `127.0.0.1:${this.#server.address().port}`;
  }

  get url() {
    return `http://${this.address}`;
  }

  /** Leads elsewhere from now on. */
  async redirect(url) {
    this.#target = Number(new URL(url).port);
    await this.closeConnections();
  }

  /** Closes the open connections. */
  async closeConnections() {
    const closed = [...this.#sockets].map((socket) => once(socket, 'close'));
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await Promise.all(closed);
  }

  /** Closes each open connection as soon as it is used. New ones work. */
  closeOnUse() {
    for (const socket of this.#sockets) {
      socket.removeAllListeners('data');
      socket.once('data', () => socket.destroy());
    }
  }

  /** Takes what is sent and never answers, until `restore`. */
  async silence() {
    this.#mode = 'silent';
    await this.closeConnections();
  }

  /** Closes every connection at once, until `restore`. */
  async cut() {
    this.#mode = 'cut';
    await this.closeConnections();
  }

  async restore() {
    this.#mode = 'forward';
    await this.closeConnections();
  }

  async close() {
    this.#server.close();
    await this.closeConnections();
  }

  #accept(socket) {
    this.connections += 1;
    socket.on('error', () => {});
    if (this.#mode === 'cut') {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#mode === 'silent') {
      socket.resume();
      return;
    }
    const upstream = connect(this.#target, '127.0.0.1');
    upstream.on('error', () => socket.destroy());
    upstream.on('close', () => socket.destroy());
    socket.on('close', () => upstream.destroy());
    socket.on('data', (data) => upstream.write(data));
    upstream.on('data', (data) => socket.write(data));
  }
}

/** Answers every request with the same response. */
export async function stub(status, headers, body) {
  const stubbed = createHttpServer((_, response) => response.writeHead(status, headers).end(body));
  await once(stubbed.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${stubbed.address().port}`,
    close() {
      stubbed.close();
      stubbed.closeAllConnections();
    },
  };
}

let people = 0;

/** Creates a WeChat user and logs in. The user is not registered. */
export async function logIn({ baseUrl, appId, wechat }) {
  people += 1;
  const openid = `oPerson${String(people).padStart(21, '0')}`;
  const user = { app_id: appId, user_id: await wechat.createUser({ openids: { [appId]: openid } }) };
  const { code } = await wechat.phone('login', user);
  const { token } = await send(`${baseUrl}/v1/login`, { body: { app_id: appId, code } });
  return { user, openid, token };
}

/** Creates a WeChat user, logs in and registers. */
export async function signUp(server) {
  const { baseUrl, wechat } = server;
  const { user, openid, token } = await logIn(server);
  const { rawData, signature, encryptedData, iv } = await wechat.phone('getUserInfo', user);
  const body = { raw_data: rawData, signature, encrypted_data: encryptedData, iv };
  const registered = await send(`${baseUrl}/v1/register`, { token, body });
  return { id: registered.user.id, session: registered.session.id, openid, token: registered.token };
}

/** Ends the session of a token. */
export async function logOut({ baseUrl }, token) {
  await send(`${baseUrl}/v1/session`, { method: 'DELETE', token });
}

async function send(url, { method = 'POST', token, body }) {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${url}: ${response.status} ${text}`);
  }
  return text && JSON.parse(text);
}

/** Sends a request as a client does, and returns what the client needs of the response. */
export async function call(url, { method = 'GET', token, headers = {} } = {}) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(token && { authorization: `Bearer ${token}` }) },
  });
  const text = await response.text();
  const type = response.headers.get('content-type')?.split(';')[0];
  return {
    status: response.status,
    type,
    body: type?.endsWith('json') ? JSON.parse(text) : text,
    challenge: response.headers.get('www-authenticate'),
    retryAfter: response.headers.get('retry-after'),
  };
}
