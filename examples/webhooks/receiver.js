// A back end that hears what happens at Yaoshi. README.md says how to run it.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { isSigned, parseSecret } from '../node/webhook.js';
import { Users } from './users.js';

const { SECRET_FILE, USERS_FOLDER = 'users', PORT = '3000' } = process.env;

/** The longest body, in bytes. Yaoshi's are shorter than one thousand. */
const MAX_BODY = 64 * 1024;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

if (!SECRET_FILE) {
  console.error('SECRET_FILE is missing: see README.md');
  process.exit(1);
}
const secret = parseSecret(readFileSync(SECRET_FILE, 'utf8').trim());
const users = new Users(USERS_FOLDER);

/** Deals with a request and returns the status of the answer. Whatever is not 2xx, Yaoshi sends again. */
async function receive(request) {
  if (request.method !== 'POST' || request.url !== '/yaoshi') {
    return 404;
  }
  const body = await read(request);
  if (!body) {
    return 413;
  }
  if (!isSigned(secret, request.headers, body)) {
    return 401;
  }
  const event = parse(body);
  if (!event) {
    return 400;
  }
  // An event of nobody who registered, of an operator, or a test: nothing to do.
  if (event.data.user_id && users.take(request.headers['webhook-id'], event)) {
    console.log(`${event.type} ${event.data.user_id}`);
  }
  return 204;
}

/** Returns the body of a request, and `undefined` if it is too long. */
async function read(request) {
  const chunks = [];
  let length = 0;
  // To the end, so that the client hears the answer.
  for await (const chunk of request) {
    length += chunk.length;
    if (length <= MAX_BODY) {
      chunks.push(chunk);
    }
  }
  return length <= MAX_BODY ? Buffer.concat(chunks) : undefined;
}

/** The event in a body, and `undefined` if there is none. The kind of event may be one that is not known here. */
function parse(body) {
  try {
    const event = JSON.parse(body);
    const { type, timestamp, data } = event;
    const { user_id, sequence } = data;
    const isComplete = typeof type === 'string' && typeof timestamp === 'string' && typeof data === 'object';
    const isUser = user_id === undefined || (UUID.test(user_id) && Number.isSafeInteger(sequence));
    return isComplete && isUser ? event : undefined;
  } catch {
    return undefined;
  }
}

const server = createServer(async (request, response) => {
  const status = await receive(request).catch((error) => {
    console.error(error);
    return 500;
  });
  response.writeHead(status).end();
});
server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`The back end listens at http://127.0.0.1:${server.address().port}/yaoshi`);
});
