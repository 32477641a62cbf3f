import type { Fetch } from 'simulated-wx';
import { Connection, type Reply } from './connection.js';

/** Idle connections by host and port. All phones share them. */
const idle = new Map<string, Connection[]>();

/** What a response holds, as far as a simulated `wx` reads it. */
class Answer {
  constructor(private readonly reply: Reply) {}

  get status(): number {
    return this.reply.status;
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get headers(): Map<string, string> {
    return this.reply.headers;
  }

  async text(): Promise<string> {
    return this.reply.body;
  }

  async json(): Promise<unknown> {
    return JSON.parse(this.reply.body);
  }
}

/**
 * Does what the phones need of `fetch`. With Node's own clients, the phones would take most of the machine, and the
 * servers would wait for them.
 */
export const leanFetch: Fetch = async (url, { method = 'GET', headers = {}, body, signal } = {}) => {
  const { host, hostname, port, pathname, search } = new URL(url);
  const content = String(body ?? '');
  const head = [
    `${method} ${pathname}${search} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'GET' ? [] : [`content-length: ${Buffer.byteLength(content)}`]),
  ];
  const connections = idle.get(host) ?? [];
  idle.set(host, connections);
  const forget = (connection: Connection) => {
    const index = connections.indexOf(connection);
    if (index !== -1) {
      connections.splice(index, 1);
    }
  };
  const connection: Connection =
    connections.pop() ?? new Connection(hostname, Number(port), () => forget(connection));
  const abort = () => connection.close();
  signal?.addEventListener('abort', abort);
  try {
    const reply = await connection.send(`${head.join('\r\n')}\r\n\r\n${content}`);
    connections.push(connection);
    return new Answer(reply) as unknown as Response;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
};

/** Sends JSON and returns the JSON that comes back, whatever the status. */
export async function sendJson(method: string, url: string, body?: object, token?: string): Promise<unknown> {
  const response = await leanFetch(url, {
    method,
    headers: {
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** Closes all connections to a server's URL. */
export function closeConnections(url: string): void {
  const { host } = new URL(url);
  for (const connection of [...(idle.get(host) ?? [])]) {
    connection.close();
  }
  idle.delete(host);
}
