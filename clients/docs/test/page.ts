import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** Page object of the documentation. */
export class DocsPage {
  readonly browserPage: Page;
  readonly #origin: string;
  readonly #complaints: string[] = [];

  constructor(page: Page, origin: string) {
    this.browserPage = page;
    this.#origin = origin;
    page.on('pageerror', (error) => this.#complaints.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) {
        this.#complaints.push(message.text());
      }
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && url.origin !== origin) {
        this.#complaints.push(`request to another origin: ${url}`);
      }
    });
  }

  /** Opens the page, and waits until it is rendered. */
  async open(): Promise<void> {
    // The console does not show the violations of code that catches the error.
    await this.browserPage.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        console.error(`violation of ${effectiveDirective}: ${blockedURI}`),
      );
    });
    await this.browserPage.goto(`${this.#origin}/docs`);
    await this.browserPage.getByRole('heading', { name: 'Yaoshi', level: 1 }).waitFor();
  }

  /** The list of operations. */
  get sidebar(): Locator {
    return this.browserPage.getByRole('complementary', { name: 'Sidebar for Yaoshi' });
  }

  /** Expands every section of the sidebar. */
  async expandSidebar(): Promise<void> {
    const closed = this.sidebar.getByRole('button', { name: /^Open Group/ });
    while ((await closed.count()) > 0) {
      await closed.first().click();
    }
  }

  /** Opens an operation from the sidebar, which must be expanded there, and returns its section. */
  async openOperation(summary: string): Promise<Locator> {
    const links = this.sidebar.getByRole('link', { name: `${summary} HTTP Method:` });
    await links.first().click();
    const section = this.section(summary);
    await section.waitFor();
    return section;
  }

  section(heading: string): Locator {
    return this.browserPage.getByRole('region', { name: heading, exact: true });
  }

  /** Fails if there was an error or a warning on the console, a violation of the policy, or a request elsewhere. */
  assertNoComplaints(): void {
    assert.deepEqual(this.#complaints, []);
  }
}
