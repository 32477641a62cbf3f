import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import type { ConsoleMessage, Locator, Page } from 'playwright-core';

/** Where pictures go: an artefact of the build, which nobody compares. */
const PICTURES = fileURLToPath(new URL('../../../target/playground/', import.meta.url));

export type PhoneName = 'phone-1' | 'phone-2';

/** The playground in a browser, as somebody uses it. */
export class Visit {
  readonly page: Page;
  readonly #origin: string;
  readonly #faults: string[] = [];

  /** `others` are the origins that the page may ask besides its own. */
  constructor(page: Page, origin: string, others: readonly string[] = []) {
    this.page = page;
    this.#origin = origin;
    page.on('pageerror', (error) => this.#faults.push(`thrown: ${error.message}`));
    page.on('console', (message) => this.#hear(message));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol !== 'data:' && ![origin, ...others].includes(url.origin)) {
        this.#faults.push(`asked elsewhere: ${url}`);
      }
    });
  }

  /** Opens the page, and waits until it can be used. */
  async open(): Promise<void> {
    await this.page.goto(`${this.#origin}/playground`);
    await this.ready();
  }

  async ready(): Promise<void> {
    await this.page.locator('html[data-ready="true"]').waitFor();
  }

  /** What was thrown and not caught. */
  get thrown(): readonly string[] {
    return this.#faults.filter((fault) => fault.startsWith('thrown'));
  }

  /** Fails where the console told of an error, or something else than the server was asked. */
  assertQuiet(): void {
    assert.deepEqual(this.#faults, []);
  }

  phone(name: PhoneName): Locator {
    return this.page.locator(`#${name}`);
  }

  /** What a phone's state is, by its name in the client. */
  state(name: PhoneName): Promise<string | null> {
    return this.phone(name).locator('.state').getAttribute('data-state');
  }

  /** What a phone says of the last tap. */
  told(name: PhoneName): Promise<string> {
    return textOf(this.phone(name).locator('.outcome'));
  }

  /** Taps a button of a phone. */
  async press(name: PhoneName, action: string): Promise<void> {
    await this.phone(name).locator(`[data-action="${action}"]`).click();
  }

  /** Taps a button of a phone, and waits until it is done. Answers what the phone says then. */
  async tap(name: PhoneName, action: string): Promise<string> {
    await this.press(name, action);
    return this.done(name);
  }

  /** Waits until the phone has done what was tapped. Answers what it says then. */
  async done(name: PhoneName): Promise<string> {
    await this.page.locator(`#${name}[aria-busy="false"]`).waitFor();
    return this.told(name);
  }

  /** Presses a button for something that may go wrong. */
  async mischief(deed: string): Promise<void> {
    const before = await this.page.locator('.note').count();
    await this.page.locator(`[data-deed="mischief.${deed}"]`).click();
    await this.page.locator('.note').nth(before).waitFor();
  }

  /** What waits to happen. */
  armed(): Promise<string[]> {
    return this.page.locator('#armed li').allTextContents();
  }

  /** Plays a scenario. Answers its verdict and why. */
  async play(scenario: 'old' | 'yaoshi'): Promise<string[]> {
    await this.page.locator(`#play-${scenario}`).click();
    await this.page.locator('.verdict strong').waitFor();
    return this.page.locator('.verdict > *').allTextContents();
  }

  /** Empties the drawing. */
  async clear(): Promise<void> {
    await this.page.locator('#clear').click();
  }

  /** What the drawing shows, such as `phone-1>yaoshi POST /v1/login`, with the verb of a failure in brackets. */
  drawn(): Promise<string[]> {
    return this.page.locator('#messages > li').evaluateAll((items) =>
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

  /** The messages alone. */
  async messages(): Promise<string[]> {
    return (await this.drawn()).filter((line) => !line.startsWith('·'));
  }

  /** The first message whose title has this text. */
  message(title: string): Locator {
    return this.page.locator('.message', { hasText: title }).first();
  }

  /** The fields of a message, each as `name: value`. */
  fields(message: Locator): Promise<string[]> {
    return message
      .locator('.fields dt')
      .evaluateAll((names) =>
        names.map((name) => `${name.textContent}: ${name.nextElementSibling?.textContent}`),
      );
  }

  /** Keeps a picture of what is seen, or of its upper part. */
  async picture(name: string, clip?: { width: number; height: number }): Promise<void> {
    const path = `${PICTURES}${name}.png`;
    await this.page.screenshot(clip ? { path, clip: { x: 0, y: 0, ...clip } } : { path });
  }

  /** Whether what the console says is a fault. */
  #hear(message: ConsoleMessage): void {
    // The browser reports every answer above 399 on its own; Yaoshi's are the playground's subject.
    const isAnswer = message.text().startsWith('Failed to load resource: the server responded');
    if (isAnswer && new URL(message.location().url).pathname.startsWith('/v1/')) {
      return;
    }
    if (message.type() === 'error' || message.type() === 'warning') {
      this.#faults.push(`${message.type()}: ${message.text()}`);
    }
  }
}

/** What an element says. */
export async function textOf(element: Locator): Promise<string> {
  return (await element.textContent()) ?? '';
}

/** Fails unless `expected` stand in `lines` in this order, with anything between them. */
export function assertInOrder(lines: readonly string[], expected: readonly string[]): void {
  let from = 0;
  for (const line of expected) {
    const found = lines.indexOf(line, from);
    assert.notEqual(found, -1, `no ${JSON.stringify(line)} after line ${from} of\n${lines.join('\n')}`);
    from = found + 1;
  }
}
