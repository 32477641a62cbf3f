/** A server with the console's files and a fake admin API, until the tests can have the real one. */
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { problem, type Response, respond } from './routes.js';
import { State } from './state.js';

const ASSETS = fileURLToPath(new URL('../../../../crates/server/src/console/assets/', import.meta.url));

type File = readonly [name: string, type: string];

/** The console's files, by their paths. */
export const FILES: Record<string, File> = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/console.css': ['console.css', 'text/css; charset=utf-8'],
  '/console.js': ['console.js', 'text/javascript; charset=utf-8'],
};

/** The headers that the real server has to send with each file. */
const HEADERS = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const API = '/admin/v1';

export interface FakeServer {
  readonly origin: string;
  readonly state: State;
  stop(): Promise<void>;
}

/** Starts a server with a state of its own, on any port by default. */
export async function startFakeServer(port = 0): Promise<FakeServer> {
  const state = new State();
  const server = createServer(async (request, response) => {
    const { status, body, headers = {} } = await answer(state, request);
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    state,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Record<string, string>;
}

async function answer(state: State, request: IncomingMessage): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const file = FILES[url.pathname];
  if (file !== undefined) {
    return readConsoleFile(file);
  }
  const language = /^zh/.test(request.headers['accept-language'] ?? '') ? 'zh' : 'en';
  if (!url.pathname.startsWith(API)) {
    return written(problem('not_found', language));
  }
  const method = request.method ?? 'GET';
  const text = await textOf(request);
  if (text !== '' && request.headers['content-type'] !== 'application/json') {
    return written(problem('unsupported_media_type', language));
  }
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, string>);
  const cookie = /yaoshi_operator=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
  const [path, query] = [url.pathname.slice(API.length), url.searchParams];
  return written(respond(state, { method, path, query, body, cookie, language }));
}

/** The response with one of the console's files. */
export async function readConsoleFile([name, type]: File): Promise<Required<Answer>> {
  return {
    status: 200,
    body: await readFile(ASSETS + name),
    headers: { ...HEADERS, 'content-type': type },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}

function written({ status, body, headers = {} }: Response): Answer {
  const type = status >= 400 ? 'application/problem+json' : 'application/json';
  return {
    status,
    headers: { ...headers, 'content-type': type },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
}
