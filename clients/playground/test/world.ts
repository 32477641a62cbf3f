/** The real server, the simulated WeChat and a browser, for the tests of one file. */
import { after, before } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { startYaoshi, type Yaoshi } from 'yaoshi-testing';
import { startChromium } from './chromium.js';
import { Visit } from './visit.js';

/** As most people see the page. */
const WINDOW = { width: 1440, height: 980 };

let server: Yaoshi;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
});

after(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** Where the playground is, without a slash at the end. */
export function origin(): string {
  return server.baseUrl;
}

/**
 * Runs a test in a browser that nobody has used, with the page open. Fails also where the console told of an
 * error, or the page asked anybody but its server.
 */
export async function visiting(
  test: (visit: Visit) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({
    viewport: WINDOW,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  try {
    const visit = new Visit(await context.newPage(), origin());
    await visit.open();
    await test(visit);
    visit.assertQuiet();
  } finally {
    await context.close();
  }
}
