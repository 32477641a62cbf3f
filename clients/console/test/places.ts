import { FakeKeys } from './fake-api/keys.js';
import { uuid } from './fake-api/people.js';
import type { State } from './fake-api/state.js';
import type { ConsolePage, FakeConsolePage } from './fixture.js';

/** A place in the console, to check everywhere what has to hold everywhere. */
export interface Place {
  readonly name: string;
  readonly hash: string;
  /** How the server is meanwhile. */
  readonly arrange?: (state: State) => void;
  /** What is done there first. */
  readonly prepare?: (page: ConsolePage) => Promise<void>;
  /** Whether it is a dialog, which is as high as the window. */
  readonly isDialog?: boolean;
}

const open = (selector: string) => async (page: ConsolePage) => {
  await page.locator(selector).first().click();
};

/** Reads the newest message. */
async function readPush(page: ConsolePage): Promise<void> {
  await page.locator('[id^="show-"]').first().click();
  await page.locator('#confirm').click();
  await page.locator('#push-message').waitFor();
}

/** A server with keys of its own. */
const withKeys = (change: (keys: FakeKeys) => void) => (state: State) => {
  state.keys = new FakeKeys();
  change(state.keys);
};

/** Every page, filled and empty, with every dialog. */
export const PLACES: readonly Place[] = [
  { name: 'overview', hash: '#/overview' },
  { name: 'overview-table', hash: '#/overview?hours=6', prepare: open('.funnel-card summary') },
  { name: 'people-start', hash: '#/people' },
  { name: 'people', hash: '#/people?q=小程序' },
  { name: 'people-none', hash: '#/people?q=13900000000' },
  { name: 'person', hash: `#/people/${uuid(1)}` },
  { name: 'person-blocked', hash: `#/people/${uuid(5)}` },
  { name: 'person-whole', hash: `#/people/${uuid(2)}`, prepare: open('#show-whole') },
  { name: 'person-erase', hash: `#/people/${uuid(3)}`, prepare: open('#do-erase'), isDialog: true },
  { name: 'person-missing', hash: `#/people/${uuid(999)}` },
  { name: 'why', hash: '#/why' },
  { name: 'why-one', hash: '#/why?q=5f3a9c01-0000002a00' },
  { name: 'why-unknown', hash: '#/why?q=5f3a9c01-00000029fc' },
  { name: 'why-code', hash: '#/why?code=code_used' },
  { name: 'why-none', hash: '#/why?q=5f3a9c01-0000000000' },
  { name: 'events', hash: '#/events' },
  { name: 'events-none', hash: '#/events?kind=joined' },
  { name: 'pushes', hash: '#/pushes', prepare: open('.meanings summary') },
  { name: 'pushes-waiting', hash: '#/pushes?state=waiting' },
  // After the only message in this state.
  { name: 'pushes-none', hash: `#/pushes?state=undelivered&after=${uuid(799_996)}` },
  { name: 'pushes-show', hash: '#/pushes?show', prepare: open('[id^="show-"]'), isDialog: true },
  { name: 'pushes-shown', hash: '#/pushes?shown', prepare: readPush, isDialog: true },
  { name: 'pushes-again', hash: '#/pushes?again', prepare: open('[id^="redeliver-"]'), isDialog: true },
  { name: 'webhooks', hash: '#/webhooks', prepare: open('#webhooks summary') },
  { name: 'webhooks-undelivered', hash: '#/webhooks?state=undelivered' },
  { name: 'webhooks-none', hash: '#/webhooks?webhook=reports' },
  { name: 'webhooks-again', hash: '#/webhooks?again', prepare: open('[id^="redeliver-"]'), isDialog: true },
  { name: 'keys', hash: '#/keys' },
  { name: 'keys-reseal', hash: '#/keys?reseal', prepare: open('#do-reseal'), isDialog: true },
  {
    name: 'keys-missing',
    hash: '#/keys?missing',
    arrange: withKeys((keys) => {
      keys.missing = { session_keys: 12, phones: 3, signing_keys: 0, operators: 0, pushes: 0 };
    }),
  },
  { name: 'keys-counting', hash: '#/keys?counting', arrange: withKeys((keys) => keys.stand('count', 0)) },
  {
    name: 'keys-resealing',
    hash: '#/keys?resealing',
    arrange: withKeys((keys) => keys.stand('reseal', 23_456)),
  },
  { name: 'keys-stopped', hash: '#/keys?stopped', arrange: withKeys((keys) => keys.stop(23_456)) },
  { name: 'nowhere', hash: '#/nowhere' },
];

/** Shows a place and waits until it is complete. */
export async function visit(page: FakeConsolePage, { hash, arrange, prepare }: Place): Promise<void> {
  arrange?.(page.state);
  await page.go(hash);
  await page.locator('main h1').waitFor();
  await prepare?.(page);
  await page.settled();
}
