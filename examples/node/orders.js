// A back end that asks Yaoshi whose token a request carries. README.md says how to run it.
import { createServer } from 'node:http';

const { LOGIN_SERVER, SERVICE_ID, SERVICE_SECRET, APP_ID, PORT = '3000' } = process.env;

for (const [name, value] of Object.entries({ LOGIN_SERVER, SERVICE_ID, SERVICE_SECRET, APP_ID })) {
  if (!value) {
    console.error(`${name} is missing: see README.md`);
    process.exit(1);
  }
}

const INTROSPECTION = `${LOGIN_SERVER.replace(/\/$/, '')}/oauth/introspect`;
const CREDENTIALS = `Basic ${Buffer.from(`${SERVICE_ID}:${SERVICE_SECRET}`).toString('base64')}`;
const TIMEOUT = 2000; // milliseconds

/** The answer to a request that goes no further: a problem document, as Yaoshi writes them. */
class Refused extends Error {
  constructor(status, code, recover, headers = {}) {
    super(code);
    Object.assign(this, { status, headers, body: { code, recover } });
  }
}

/** Returns status, Retry-After and body of Yaoshi's answer. `fetch` keeps connections open by itself. */
async function introspect(token) {
  const response = await fetch(INTROSPECTION, {
    method: 'POST',
    headers: { authorization: CREDENTIALS },
    // `unregistered` lets this back end tell a user who has yet to register from an invalid token.
    body: new URLSearchParams({ token, unregistered: 'allow' }),
    signal: AbortSignal.timeout(TIMEOUT),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after') ?? '1',
    body: await response.json(),
  };
}

/** Returns who the user is, or throws `Refused`. */
async function authenticate(authorization = '') {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!token) {
    throw new Refused(401, 'missing_token', 'login_again', { 'www-authenticate': 'Bearer' });
  }
  const { status, retryAfter, body } = await introspect(token).catch((error) => {
    console.error('No answer from Yaoshi:', error);
    throw new Refused(503, 'yaoshi_unavailable', 'retry', { 'retry-after': '1' });
  });
  if (status === 429 || status >= 500) {
    throw new Refused(503, 'yaoshi_unavailable', 'retry', { 'retry-after': retryAfter });
  }
  if (status !== 200) {
    // About this back end's credentials, not about the user's token: the client must not see a 401.
    console.error('Yaoshi refuses the introspection:', status, body);
    throw new Refused(502, 'introspection_refused', 'operator');
  }
  if (!body.active) {
    throw new Refused(401, 'invalid_token', 'login_again', {
      'www-authenticate': 'Bearer error="invalid_token"',
    });
  }
  if (body.app_id !== APP_ID) {
    throw new Refused(403, 'other_app', 'fix_request');
  }
  if (body.state !== 'registered') {
    throw new Refused(403, 'not_registered', 'register');
  }
  return body;
}

async function route(request) {
  if (new URL(request.url, 'http://back-end').pathname !== '/orders') {
    throw new Refused(404, 'no_such_route', 'fix_request');
  }
  const { sub: user, openid } = await authenticate(request.headers.authorization);
  return request.method === 'POST'
    ? { status: 201, body: { user, payer: { openid } } } // Orders of WeChat Pay name their payer by openid.
    : { status: 200, body: { user, orders: [] } };
}

const server = createServer(async (request, response) => {
  const { status, body, headers } = await route(request).catch((error) => {
    if (error instanceof Refused) {
      return error;
    }
    console.error(error);
    return new Refused(500, 'internal', 'retry');
  });
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  response.writeHead(status, { ...headers, 'content-type': type }).end(JSON.stringify(body));
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`The back end listens at http://127.0.0.1:${server.address().port}`);
});
