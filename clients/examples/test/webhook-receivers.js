// The receivers of `examples/webhooks`, and requests as Yaoshi sends them.

import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, startProgram } from 'yaoshi-testing/programs';
import { examplePath, freePort } from './fixture.js';

/** Prints what the database of the Python receiver has of a user, in the form of the other receiver's files. */
const READ_DATABASE = `
import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.row_factory = sqlite3.Row
user = database.execute("SELECT state, app_id, openid, sequence FROM users WHERE user_id = ?", sys.argv[2:]).fetchone()
events = database.execute("SELECT id, type, at AS timestamp FROM events WHERE user_id = ? ORDER BY rowid", sys.argv[2:])
events = [dict(event) for event in events]
known = {name: user[name] for name in user.keys() if user[name] is not None} if user else None
print(json.dumps(user and ({"state": "erased"} if known.get("state") == "erased" and not events else {**known, "events": events})))
`;

/** How to start each receiver with its data in a folder, and what it has of a user there. */
const RECEIVERS = {
  'Node.js': {
    command: process.execPath,
    program: 'webhooks/receiver.js',
    env: (folder) => ({ USERS_FOLDER: folder }),
    async find(folder, userId) {
      try {
        return JSON.parse(await readFile(join(folder, `${userId}.json`), 'utf8'));
      } catch (error) {
        if (error.code === 'ENOENT') {
          return undefined;
        }
        throw error;
      }
    },
  },
  Python: {
    command: 'python3',
    program: 'webhooks/receiver.py',
    env: (folder) => ({ DATABASE: join(folder, 'users.db') }),
    async find(folder, userId) {
      const { code, stdout, stderr } = await run('python3', [
        '-c',
        READ_DATABASE,
        join(folder, 'users.db'),
        userId,
      ]);
      if (code !== 0) {
        throw new Error(stderr);
      }
      return JSON.parse(stdout) ?? undefined;
    },
  },
};

export const LANGUAGES = Object.keys(RECEIVERS);

/** A receiver in one of the languages, which can be stopped and started again. Its data are in a folder. */
export class Receiver {
  #receiver;
  #secretFile;
  #folder;
  #program;

  constructor(language, secretFile, folder) {
    this.#receiver = RECEIVERS[language];
    this.#secretFile = secretFile;
    this.#folder = folder;
  }

  /** Starts it and sets `url`. */
  async start() {
    const { command, program, env } = this.#receiver;
    await mkdir(this.#folder, { recursive: true });
    const port = await freePort();
    this.#program = await startProgram(command, [examplePath(program)], {
      port,
      env: { PORT: String(port), SECRET_FILE: this.#secretFile, ...env(this.#folder) },
    });
    this.url = `${this.#program.url}/yaoshi`;
    return this;
  }

  /** Kills it. */
  async stop() {
    await this.#program?.stop();
  }

  log() {
    return this.#program.log();
  }

  /** What it has of a user. */
  find(userId) {
    return this.#receiver.find(this.#folder, userId);
  }

  /** Whether its data contain a text. */
  async contains(text) {
    const names = await readdir(this.#folder);
    const files = await Promise.all(names.map((name) => readFile(join(this.#folder, name))));
    return files.some((bytes) => bytes.includes(text));
  }
}

export function newSecret() {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The signature of Standard Webhooks. */
export function signature(secret, id, timestamp, body) {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** The headers that Yaoshi sends, signed with each of the secrets. */
export function signedHeaders(body, secrets, { age = 0, id = randomUUID() } = {}) {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map((secret) => signature(secret, id, timestamp, body)).join(' '),
  };
}
