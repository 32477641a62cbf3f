import './dom.js';

/** A node as the framework below miniprogram-simulate keeps it. */
interface FrameworkNode {
  _vt?: { attrs: { name: string; value: unknown }[] };
  triggerEvent(name: string, detail: unknown, options: Record<string, boolean>): void;
}

/** How long a test waits for a text or a page before it fails, in milliseconds. */
export const PATIENCE = 20_000;

const node = (element: Element) => (element as Element & { __wxElement?: FrameworkNode }).__wxElement;

/** What the template gives an element, such as `disabled` or `ariaLabel`. */
export function attribute(element: Element, name: string): unknown {
  return node(element)?._vt?.attrs.find((attribute) => attribute.name === name)?.value;
}

const tidy = (text: string | null) => (text ?? '').replace(/\s+/g, ' ').trim();

/** The name by which a screen reader calls an element. */
function accessibleName(element: Element): string {
  return tidy(String(attribute(element, 'ariaLabel') ?? element.textContent));
}

/** One page as the user meets it: what can be read, what can be tapped, what can be filled in. */
export class Screen {
  readonly root: Element;
  readonly #typed = new Map<Element, string>();

  constructor(root: Element) {
    this.root = root;
  }

  /** What can be read, without line breaks. */
  get text(): string {
    const walker = document.createTreeWalker(this.root, window.NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    while (walker.nextNode()) {
      texts.push(walker.currentNode.nodeValue ?? '');
    }
    return tidy(texts.join(' '));
  }

  /** Whether the text can be read now. */
  reads(text: string | RegExp): boolean {
    return typeof text === 'string' ? this.text.includes(text) : text.test(this.text);
  }

  /** Waits until the text can be read. */
  shows(text: string | RegExp): Promise<void> {
    return this.until(() => this.reads(text), `${text} to be read`);
  }

  /** Waits until the text can no longer be read. */
  hides(text: string | RegExp): Promise<void> {
    return this.until(() => !this.reads(text), `${text} to be gone`);
  }

  /** Looks again at every change of the page. */
  until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = () => {
        observer.disconnect();
        clearTimeout(limit);
      };
      const look = () => {
        if (holds()) {
          end();
          resolve();
        }
      };
      const observer = new MutationObserver(look);
      const limit = setTimeout(() => {
        end();
        reject(new Error(`waited for ${what}; the page reads: ${this.text}`));
      }, PATIENCE);
      observer.observe(this.root, { subtree: true, childList: true, characterData: true });
      look();
    });
  }

  /** All that can be tapped, by name. */
  get actions(): string[] {
    return this.#all('wx-button, wx-navigator').map(accessibleName);
  }

  /** A button or link. */
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

  /** What a field holds. */
  value(name: string): string {
    return this.#value(this.#named('wx-input', name));
  }

  /** Taps a button that opens something of WeChat's, and has WeChat answer with `event`. */
  answer(name: string, event: string, detail: Record<string, unknown>): void {
    fire(this.action(name), event, detail);
  }

  /** The addresses of the pictures. */
  get pictures(): string[] {
    return this.#all('wx-image').map((image) => String(attribute(image, 'src')));
  }

  /** What is announced as soon as it appears: the texts of alerts. */
  get alerts(): string[] {
    return this.#all('wx-view')
      .filter((view) => attribute(view, 'ariaRole') === 'alert')
      .map((view) => tidy(view.textContent));
  }

  /** The names of list rows, as a screen reader tells them. */
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
      throw new Error(`${found.length} of ${selector} are called ${name}; the page reads: ${this.text}`);
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
    throw new Error(`${element.localName} is no element of a Mini Program`);
  }
  target.triggerEvent(event, detail, options);
}
