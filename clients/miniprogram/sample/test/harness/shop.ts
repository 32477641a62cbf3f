import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../../../examples/node/server.js', import.meta.url));
const SERVICE = { id: 'shop', secret: 'a-secret-of-thirty-two-characters' };

/** The settings of a server that signs for the back end. */
export const serviceSettings = {
  YAOSHI_SERVICE__ID: SERVICE.id,
  YAOSHI_SERVICE__SECRET: SERVICE.secret,
  YAOSHI_SERVICE__SCOPES: 'sign',
};

/** A running back end. */
export interface Shop {
  readonly url: string;
  stop(): void;
}

/** Starts the back end of `examples/node`, which sells under the offer of `yaoshi dev`. */
export async function startShop(yaoshi: string): Promise<Shop> {
  const child = spawn(process.execPath, [PROGRAM], {
    env: {
      PATH: process.env.PATH,
      LOGIN_SERVER: yaoshi,
      SERVICE_ID: SERVICE.id,
      SERVICE_SECRET: SERVICE.secret,
      OFFER_ID: '1450000001',
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const url = /http:\S+/.exec(line)?.[0];
  if (url === undefined) {
    throw new Error(`the back end prints no address: ${line}`);
  }
  return { url, stop: () => child.kill() };
}
