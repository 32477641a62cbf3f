import './dom.js';

/** A node of the framework that miniprogram-simulate uses. */
interface FrameworkNode {
  _vt?: { attrs: { name: string; value: unknown }[] };
  triggerEvent(name: string, detail: unknown, options: Record<string, boolean>): void;
}

/** How long a test waits for a text or a page, in milliseconds. */
export const WAIT_TIMEOUT = 20_000;

const node = (element: Element) => (element as Element & { __wxElement?: FrameworkNode }).__wxElement;

/** The value of an attribute from the template, such as `disabled` or `ariaLabel`. */
export function attribute(element: Element, name: string): unknown {
  return node(element)?._vt?.attrs.find((attribute) => attribute.name === name)?.value;
}

const normalize = (text: string | null) => (text ?? '').replace(/\s+/g, ' ').trim();

/** The element's accessible name. */
function accessibleName(element: Element): string {
  return normalize(String(attribute(element, 'ariaLabel') ?? element.textContent));
}

/** One page as the user sees it: its texts, buttons and fields. */
export class Screen {
  readonly root: Element;
  readonly #typed = new Map<Element, string>();

  constructor(root: Element) {
    this.root = root;
  }

  /** The visible text, without line breaks. */
  get text(): string {
    const walker = document.createTreeWalker(this.root, window.NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode()) {
      texts.push(walker.currentNode.nodeValue ?? '');
    }
    return normalize(texts.join(' '));
  }

  /** Whether the page shows the text. */
  shows(text: string | RegExp): boolean {
    return typeof text === 'string' ? this.text.includes(text) : text.test(this.text);
  }

  /** Waits until the page shows the text. */
  waitForText(text: string | RegExp): Promise<void> {
    return this.waitUntil(() => this.shows(text), `the text ${text}`);
  }

  /** Waits until the page no longer shows the text. */
  waitForTextToDisappear(text: string | RegExp): Promise<void> {
    return this.waitUntil(() => !this.shows(text), `the text ${text} to disappear`);
  }

  /** Waits until the condition holds; checks it after every change of the page. */
  waitUntil(condition: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        observer.disconnect();
        clearTimeout(timer);
      };
      const check = () => {
        if (condition()) {
          end();
          resolve();
        }
      };
      const observer = new MutationObserver(check);
      const timer = setTimeout(() => {
        end();
        reject(new Error(`waited for ${what}; the page shows: ${this.text}`));
      }, WAIT_TIMEOUT);
      observer.observe(this.root, { subtree: true, childList: true, characterData: true });
      check();
    });
  }

  /** The accessible names of all buttons and links. */
  get actions(): string[] {
    return this.#all('wx-button, wx-navigator').map(accessibleName);
  }

  /** The button or link with this name. */
  action(name: string): Element {
    return this.#named('wx-button, wx-navigator', name);
  }

  /** Taps a button or link. A disabled one does nothing, as in WeChat. */
  tap(name: string): void {
    const element = this.action(name);
    if (attribute(element, 'disabled')) {
      return;
    }
    fire(element, 'tap', {}, { bubbles: true, composed: true, capturePhase: true });
    const form = element.closest('wx-form');
    if (attribute(element, 'formType') === 'submit' && form) {
      fire(form, 'submit', { value: this.#values(form) });
    }
    const url = attribute(element, 'url');
    if (element.localName === 'wx-navigator' && url) {
      wx.navigateTo({ url: String(url) });
    }
  }

  /** Types into a field. */
  type(name: string, value: string): void {
    const input = this.#named('wx-input', name);
    this.#typed.set(input, value);
    fire(input, 'input', { value });
  }

  /** The value of a field. */
  value(name: string): string {
    return this.#value(this.#named('wx-input', name));
  }

  /** Fires the event with which WeChat reports the result of a button's `open-type`. */
  fireEvent(name: string, event: string, detail: Record<string, unknown>): void {
    fire(this.action(name), event, detail);
  }

  /** The URLs of the images. */
  get images(): string[] {
    return this.#all('wx-image').map((image) => String(attribute(image, 'src')));
  }

  /** The texts with the role `alert`, which screen readers announce at once. */
  get alerts(): string[] {
    return this.#all('wx-view')
      .filter((view) => attribute(view, 'ariaRole') === 'alert')
      .map((view) => normalize(view.textContent));
  }

  /** The accessible names of list rows. */
  get labels(): string[] {
    return this.#all('wx-view')
      .map((view) => attribute(view, 'ariaLabel'))
      .filter((label) => typeof label === 'string');
  }

  #all(selector: string): Element[] {
    return [...this.root.querySelectorAll(selector)];
  }

  #named(selector: string, name: string): Element {
    const found = this.#all(selector).filter((element) => accessibleName(element).startsWith(name));
    const [first] = found;
    if (first === undefined || found.length > 1) {
      throw new Error(`${found.length} elements match ${selector} and ${name}; the page shows: ${this.text}`);
    }
    return first;
  }

  #value(input: Element): string {
    return this.#typed.get(input) ?? String(attribute(input, 'value') ?? '');
  }

  #values(form: Element): Record<string, string> {
    const inputs = [...form.querySelectorAll('wx-input')];
    return Object.fromEntries(inputs.map((input) => [String(attribute(input, 'name')), this.#value(input)]));
  }
}

function fire(element: Element, event: string, detail: unknown, options: Record<string, boolean> = {}): void {
  const target = node(element);
  if (target === undefined) {
    throw new Error(`${element.localName} is not a Mini Program element`);
  }
  target.triggerEvent(event, detail, options);
}
