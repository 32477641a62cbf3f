import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { ConsoleMessage, Locator, Page } from 'playwright-core';
import { serveGenerated } from './assets.js';

/** Where screenshots are written. No test compares them. */
const SCREENSHOTS = fileURLToPath(new URL('../../../target/playground/', import.meta.url));

export type PhoneName = 'phone-1' | 'phone-2';

/** Page object of the playground: what a user sees and does. */
export class PlaygroundPage {
  readonly browserPage: Page;
  readonly #origin: string;
  readonly #errors: string[] = [];

  /** The page may send requests to its own origin and to `otherOrigins`. */
  constructor(page: Page, origin: string, otherOrigins: readonly string[] = []) {
    this.browserPage = page;
    this.#origin = origin;
    page.on('pageerror', (error) => this.#errors.push(`uncaught: ${error.message}`));
    page.on('console', (message) => this.#checkConsole(message));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && ![origin, ...otherOrigins].includes(url.origin)) {
        this.#errors.push(`request to another origin: ${url}`);
      }
    });
  }

  /** Opens the page and waits until it is ready. */
  async open(): Promise<void> {
    await this.load();
    await this.whenReady();
  }

  /** Loads the page. */
  async load(hash = ''): Promise<void> {
    await serveGenerated(this.browserPage);
    await this.browserPage.goto(`${this.#origin}/playground${hash}`);
  }

  async whenReady(): Promise<void> {
    await this.browserPage.locator('html[data-ready="true"]').waitFor();
  }

  /** The uncaught errors. */
  get uncaughtErrors(): readonly string[] {
    return this.#errors.filter((error) => error.startsWith('uncaught'));
  }

  /** Fails if there was an error on the console or a request to another origin. */
  assertNoErrors(): void {
    assert.deepEqual(this.#errors, []);
  }

  phone(name: PhoneName): Locator {
    return this.browserPage.locator(`#${name}`);
  }

  /** The client's state on a phone. */
  state(name: PhoneName): Promise<string | null> {
    return this.phone(name).locator('.state').getAttribute('data-state');
  }

  /** The login of a phone as its screen shows it, and how the page knows. */
  async status(name: PhoneName): Promise<string> {
    const [state, source] = await this.phone(name).locator('.state, .source').allTextContents();
    return `${state}: ${source}`;
  }

  /** Waits until the state of a phone is known from this source, as the page learns it from Yaoshi. */
  async knownFrom(name: PhoneName, source: string): Promise<string> {
    await this.phone(name).locator('.source').filter({ hasText: source }).waitFor();
    return this.status(name);
  }

  /** The outcome of the last action on a phone. */
  outcome(name: PhoneName): Promise<string> {
    return textOf(this.phone(name).locator('.outcome'));
  }

  /** Clicks a button of a phone. */
  async click(name: PhoneName, action: string): Promise<void> {
    await this.phone(name).locator(`[data-action="${action}"]`).click();
  }

  /** Clicks a button of a phone, waits for the action and returns its outcome. */
  async tap(name: PhoneName, action: string): Promise<string> {
    await this.click(name, action);
    return this.whenIdle(name);
  }

  /** Waits until no action runs on a phone. Returns the last outcome. */
  async whenIdle(name: PhoneName): Promise<string> {
    await this.browserPage.locator(`#${name}[aria-busy="false"]`).waitFor();
    return this.outcome(name);
  }

  /** Clicks a fault button and waits for its note. */
  async triggerFault(fault: string): Promise<void> {
    const before = await this.browserPage.locator('.note').count();
    await this.browserPage.locator(`[data-fault="faults.${fault}"]`).click();
    await this.browserPage.locator('.note').nth(before).waitFor();
  }

  /** The armed faults. */
  armed(): Promise<string[]> {
    return this.browserPage.locator('#armed li > span').allTextContents();
  }

  /** Disarms one fault. */
  async disarm(fault: string): Promise<void> {
    await this.browserPage.getByRole('button', { name: `Disarm: ${fault}` }).click();
  }

  /** Why a button is not available; `undefined` if it is. */
  async reasonAgainst(selector: string): Promise<string | undefined> {
    const button = this.browserPage.locator(selector);
    if ((await button.getAttribute('aria-disabled')) !== 'true') {
      return undefined;
    }
    return textOf(this.browserPage.locator(`#${await button.getAttribute('aria-describedby')}`));
  }

  /** The buttons of a phone that are available. */
  availableActions(name: PhoneName): Promise<(string | undefined)[]> {
    return this.phone(name)
      .locator('[data-action]:not([aria-disabled="true"])')
      .evaluateAll((buttons) => buttons.map((button) => (button as HTMLElement).dataset.action));
  }

  /** Plays a scenario. Returns its verdict and the explanation. */
  async play(scenario: 'tutorial' | 'yaoshi'): Promise<string[]> {
    const available = this.browserPage.locator(`#play-${scenario}[aria-disabled="false"]`);
    await available.click();
    await available.waitFor();
    return this.browserPage.locator('.verdict > *').allTextContents();
  }

  /** Waits until the banner of the tour says this. */
  async tourSays(text: string): Promise<void> {
    await this.browserPage.locator('#tour-text', { hasText: text }).waitFor();
  }

  /** Clears the diagram. */
  async clear(): Promise<void> {
    await this.browserPage.locator('#clear').click();
  }

  /** The diagram's lines, such as `phone-1>yaoshi POST /v1/login`, with `recover` in brackets and notes after `·`. */
  diagram(): Promise<string[]> {
    return this.browserPage.locator('#messages > li:not(.verdict)').evaluateAll((items) =>
      items.map((item) => {
        const text = (selector: string) => item.querySelector(selector)?.textContent ?? '';
        if (item.classList.contains('note')) {
          return `· ${text('.note-text')}`;
        }
        const verb = text('.verb');
        const { from, to } = (item as HTMLElement).dataset;
        return `${from}>${to} ${text('.title')}${verb && ` [${verb}]`}`;
      }),
    );
  }

  /** The diagram's lines without the notes. */
  async messages(): Promise<string[]> {
    return (await this.diagram()).filter((line) => !line.startsWith('·'));
  }

  /** The first message that contains the text. */
  message(title: string): Locator {
    return this.browserPage.locator('.message', { hasText: title }).first();
  }

  /** The first note that contains the text. */
  note(text: string): Locator {
    return this.browserPage.locator('.note', { hasText: text }).first();
  }

  /** The fields of a message, each as `name: value`. */
  fields(message: Locator): Promise<string[]> {
    return message
      .locator('.fields dt')
      .evaluateAll((names) =>
        names.map((name) => `${name.textContent}: ${name.nextElementSibling?.textContent}`),
      );
  }

  /** Takes a screenshot of the window, or of its upper left part. */
  async screenshot(name: string, clip?: { width: number; height: number }): Promise<void> {
    const path = `${SCREENSHOTS}${name}.png`;
    await this.browserPage.screenshot(clip ? { path, clip: { x: 0, y: 0, ...clip } } : { path });
  }

  /** Records errors and warnings of the console. */
  #checkConsole(message: ConsoleMessage): void {
    // The browser reports every HTTP error on the console. Those of Yaoshi's routes are expected, and that of a
    // simulator which does not know where to push.
    const isHttpError = message.text().startsWith('Failed to load resource: the server responded');
    if (
      isHttpError &&
      /^\/((service\/)?v1\/|playground\/wechat\/sim\/push$)/.test(new URL(message.location().url).pathname)
    ) {
      return;
    }
    if (message.type() === 'error' || message.type() === 'warning') {
      this.#errors.push(`${message.type()}: ${message.text()}`);
    }
  }
}

/** The text of an element. */
export async function textOf(element: Locator): Promise<string> {
  return (await element.textContent()) ?? '';
}

/** Fails unless `lines` contains `expected` in this order, with any lines in between. */
export function assertInOrder(lines: readonly string[], expected: readonly string[]): void {
  let from = 0;
  for (const line of expected) {
    const found = lines.indexOf(line, from);
    assert.notEqual(found, -1, `no ${JSON.stringify(line)} after line ${from} of\n${lines.join('\n')}`);
    from = found + 1;
  }
}
