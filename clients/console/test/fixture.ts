/** Starts a browser, and a fake server for each test. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startChromium } from 'yaoshi-testing/chromium';
import { type FakeServer, FILES, readConsoleFile, startFakeServer } from './fake-api/server.js';
import { OPERATORS, type State } from './fake-api/state.js';
import { type RealServer, startRealServer } from './real-server.js';

/** Where screenshots are written. No test compares them. */
const SCREENSHOTS = fileURLToPath(new URL('../../../target/console/', import.meta.url));

/** A common window size. */
const VIEWPORT = { width: 1366, height: 768 };

let browser: Browser;

before(async () => {
  browser = await startChromium();
});

after(async () => {
  await browser?.close();
});

/** The console as an operator sees and uses it. */
export class ConsolePage {
  readonly page: Page;
  readonly origin: string;
  readonly #errors: string[] = [];

  constructor(page: Page, origin: string) {
    this.page = page;
    this.origin = origin;
    page.on('pageerror', (error) => this.#errors.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      // The browser reports every HTTP error on the console. Those of the API are expected.
      const isHttpError = /^Failed to load resource: (the server responded|net::ERR_FAILED)/.test(
        message.text(),
      );
      const isOfApi = message.location().url.startsWith(`${origin}/admin/v1/`);
      if (['error', 'warning'].includes(message.type()) && !(isHttpError && isOfApi)) {
        this.#errors.push(`${message.type()}: ${message.text()}`);
      }
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (!['data:', 'blob:'].includes(url.protocol) && url.origin !== origin) {
        this.#errors.push(`request to another origin: ${url}`);
      }
    });
  }

  /** Loads the console at a hash. */
  async open(hash = ''): Promise<void> {
    await this.page.goto(`${this.origin}/${hash}`);
    await this.page.locator('html[data-ready="true"]').waitFor();
  }

  /** Opens a link such as `yaoshi dev` prints, which signs in. */
  async signInAs(name: string, password: string): Promise<void> {
    await this.open(`#${new URLSearchParams({ operator: name, password })}`);
    await this.heading('overview');
  }

  /** Waits until a page is shown and has what it shows. */
  async heading(name: string): Promise<void> {
    await this.page.locator(`main[data-page="${name}"] h1`).waitFor();
    await this.settled();
  }

  /** Waits until nothing is loading. */
  async settled(): Promise<void> {
    // A change of the hash is noticed before the next frame.
    await this.nextFrame();
    await this.page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null);
  }

  /** Waits until the page is drawn as it is now. */
  async nextFrame(): Promise<void> {
    await this.page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
  }

  /** Goes to a hash in the page that is open. */
  async go(hash: string): Promise<void> {
    await this.page.evaluate(
      (next) =>
        new Promise<void>((resolve) => {
          if (decodeURI(location.hash) === next) {
            resolve();
            return;
          }
          addEventListener('hashchange', () => setTimeout(resolve, 0), { once: true });
          location.hash = next;
        }),
      hash,
    );
    await this.settled();
  }

  async follow(page: string): Promise<void> {
    await this.page.locator(`#pages a[href="#/${page}"]`).click();
    await this.heading(page);
  }

  /** Searches on the page that is open. */
  async search(query: string): Promise<void> {
    await this.page.locator('#query').fill(query);
    await this.page.locator('#query').press('Enter');
    await this.settled();
  }

  /** The texts of the cells in the first column of the results. */
  results(): Promise<string[]> {
    return this.page.locator('#results tbody th').allTextContents();
  }

  locator(selector: string, options: { hasText?: string } = {}): Locator {
    return this.page.locator(selector, options);
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).first().textContent()) ?? '';
  }

  /** Fails if there was an error on the console or a request to another origin. */
  assertNoErrors(): void {
    assert.deepEqual(this.#errors, []);
  }

  /** Takes a screenshot of the whole page. */
  async screenshot(name: string, fullPage = true): Promise<void> {
    await this.page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage });
  }
}

/** The console with the fake server behind it. */
export class FakeConsolePage extends ConsolePage {
  readonly state: State;

  constructor(page: Page, { origin, state }: FakeServer) {
    super(page, origin);
    this.state = state;
  }

  /** Signs in as one of the fake server's operators. */
  signIn(name = 'dev'): Promise<void> {
    return this.signInAs(name, OPERATORS[name]?.password ?? '');
  }
}

/** Runs a test in a new browser context with a server of its own. Also fails if there was an error on the console. */
export async function withConsole(
  test: (page: FakeConsolePage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const server = await startFakeServer();
  try {
    await withPage((page) => new FakeConsolePage(page, server), test, options);
  } finally {
    await server.stop();
  }
}

/** Runs a test in a new browser context with the real server. Also fails if there was an error on the console. */
export async function withRealConsole(
  test: (page: ConsolePage, server: RealServer) => Promise<void>,
): Promise<void> {
  const server = await startRealServer();
  try {
    await withPage(
      (page) => new ConsolePage(page, server.origin),
      async (page) => {
        await serveFiles(page);
        await test(page, server);
      },
      {},
    );
  } finally {
    await server.stop();
  }
}

/** Serves the console's files in the place of a server that does not have them yet. */
async function serveFiles({ page, origin }: ConsolePage): Promise<void> {
  if ((await fetch(`${origin}/console.js`)).ok) {
    return;
  }
  for (const [path, file] of Object.entries(FILES)) {
    await page.route(`${origin}${path}`, async (route) => route.fulfill(await readConsoleFile(file)));
  }
}

async function withPage<P extends ConsolePage>(
  open: (page: Page) => P,
  test: (page: P) => Promise<void>,
  options: BrowserContextOptions,
): Promise<void> {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ...options,
  });
  try {
    const page = open(await context.newPage());
    await test(page);
    page.assertNoErrors();
  } finally {
    await context.close();
  }
}
