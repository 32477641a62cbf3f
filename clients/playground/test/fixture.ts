/** Starts the real server with the simulated WeChat, and a browser, for the tests of one file. */
import { after, before } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { startYaoshi, type Yaoshi } from 'yaoshi-testing';
import { startChromium } from './chromium.js';
import { PlaygroundPage } from './page.js';

/** A common window size. */
const VIEWPORT = { width: 1440, height: 980 };

let server: Yaoshi;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
});

after(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** The playground's origin, without a trailing slash. */
export function origin(): string {
  return server.baseUrl;
}

/**
 * Runs a test in a new browser context with the page open. Also fails if there was an error on the console or a
 * request to another origin.
 */
export async function withPage(
  test: (page: PlaygroundPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  try {
    const page = new PlaygroundPage(await context.newPage(), origin());
    await page.open();
    await test(page);
    page.assertNoErrors();
  } finally {
    await context.close();
  }
}
