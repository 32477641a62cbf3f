// The server of the two tutorials, for this measurement only. It takes the code alone, and with the token the data (one
// tutorial), or code and data together (the other). Whose token it is, and one session_key for each person, is all that
// it knows. Started with the URL of WeChat and the app's id and secret; prints its address.

import { createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

const [wechat = '', appId = '', secret = ''] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

interface SignedData {
  rawData: string;
  signature: string;
  encryptedData: string;
  iv: string;
}

interface Exchanged {
  openid?: string;
  session_key?: string;
  errmsg?: string;
}

interface User {
  id: string;
  name: string;
}

const users = new Map<string, User>();
const sessionKeys = new Map<string, string>();
const tokens = new Map<string, string>();

/** `POST /login/` */
async function logIn({ code, ...data }: { code: string } & Partial<SignedData>): Promise<object> {
  const { openid, session_key, errmsg } = await codeToSession(code);
  if (openid === undefined || session_key === undefined) {
    throw new Error(errmsg);
  }
  sessionKeys.set(openid, session_key);
  if (data.rawData !== undefined) {
    saveUser(openid, data as SignedData);
  }
  const token = randomBytes(16).toString('hex');
  tokens.set(token, openid);
  return { token };
}

/** `POST /getinfo/` */
function getInfo({ token, ...data }: { token: string } & SignedData): object {
  return saveUser(openidOf(token), data);
}

/** `POST /me/`: whose token it is. */
function me({ token }: { token: string }): object {
  const user = users.get(openidOf(token));
  if (user === undefined) {
    throw new Error('not registered');
  }
  return user;
}

function openidOf(token: string): string {
  const openid = tokens.get(token);
  if (openid === undefined) {
    throw new Error('invalid token');
  }
  return openid;
}

function saveUser(openid: string, { rawData, signature, encryptedData, iv }: SignedData): User {
  const sessionKey = sessionKeys.get(openid) ?? '';
  if (
    createHash('sha1')
      .update(rawData + sessionKey)
      .digest('hex') !== signature
  ) {
    throw new Error('invalid signature');
  }
  const decipher = createDecipheriv('aes-128-cbc', decoded(sessionKey), decoded(iv));
  const text = Buffer.concat([decipher.update(decoded(encryptedData)), decipher.final()]).toString();
  const { nickName, watermark } = JSON.parse(text) as { nickName: string; watermark: { appid: string } };
  if (watermark.appid !== appId) {
    throw new Error('data of another app');
  }
  const user = { id: users.get(openid)?.id ?? String(users.size + 1), name: nickName };
  users.set(openid, user);
  return user;
}

function decoded(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

async function codeToSession(code: string): Promise<Exchanged> {
  const query = new URLSearchParams({
    appid: appId,
    secret,
    js_code: code,
    grant_type: 'authorization_code',
  });
  const reply = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`${wechat}/sns/jscode2session?${query}`, { agent }, resolve).once('error', reject);
  });
  return (await jsonOf(reply)) as Exchanged;
}

async function jsonOf(message: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) {
    chunks.push(chunk as Buffer);
  }
  return JSON.parse(Buffer.concat(chunks).toString());
}

const ROUTES: Record<string, (body: never) => object | Promise<object>> = {
  '/login/': logIn,
  '/getinfo/': getInfo,
  '/me/': me,
};

/** Like the tutorials, says in the body whether it went well, and always sends status 200. */
async function respond(request: IncomingMessage): Promise<object> {
  try {
    const data = await ROUTES[request.url ?? '']?.((await jsonOf(request)) as never);
    return { status: 0, msg: 'ok', data };
  } catch (error) {
    return { status: 1, msg: error instanceof Error ? error.message : String(error), data: null };
  }
}

const server = createServer(async (request, response) => {
  const body = JSON.stringify(await respond(request));
  response.setHeader('content-type', 'application/json');
  response.end(body);
});
// Longer than any phone is idle.
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  console.log(`at http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
