/** Starts the real server with the simulated WeChat, and a browser, for the tests of one file. */
import { after, before } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { startYaoshi, type Yaoshi } from 'yaoshi-testing';
import { startChromium } from 'yaoshi-testing/chromium';
import { DocsPage } from './page.js';

let server: Yaoshi;
let browser: Browser;

before(async () => {
  [server, browser] = await Promise.all([startYaoshi(), startChromium()]);
});

after(async () => {
  await Promise.all([browser?.close(), server?.stop()]);
});

/** One operation of the OpenAPI document. */
export interface Operation {
  path: string;
  method: string;
  summary: string;
}

/** The OpenAPI document, as far as the tests read it. */
export interface OpenApi {
  server: string;
  operations: Operation[];
  codes: string[];
}

/** The document that the server serves. */
export async function openApi(): Promise<OpenApi> {
  const document = (await (await fetch(`${server.baseUrl}/openapi.json`)).json()) as {
    servers: { url: string }[];
    paths: Record<string, Record<string, { summary: string }>>;
    components: { schemas: Record<string, { properties?: { code: { enum: string[] } } }> };
  };
  const { schemas } = document.components;
  return {
    server: document.servers[0]?.url ?? '',
    operations: Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, { summary }]) => ({ path, method, summary })),
    ),
    codes: schemas.Problem?.properties?.code.enum ?? [],
  };
}

/** Runs a test in a new browser context with the page open. Also fails if the page complained. */
export async function withPage(
  test: (page: DocsPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 980 },
    locale: 'en-GB',
    reducedMotion: 'reduce',
    ...options,
  });
  try {
    const page = new DocsPage(await context.newPage(), server.baseUrl);
    await page.open();
    await test(page);
    page.assertNoComplaints();
  } finally {
    await context.close();
  }
}
