import './dom.js';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as simulate from 'miniprogram-simulate';
import type { SimulatedWx } from 'simulated-wx';
import { Screen, WAIT_TIMEOUT } from './screen.js';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('../../miniprogram', import.meta.url));

/** The sample's `config`. */
type Config = {
  baseUrl: string;
  appId: string;
  simulator: string | null;
  uploadAvatar: ((temporaryPath: string) => Promise<string>) | null;
  shop: string | null;
};

type Definition = Record<string, unknown>;
type Instance = Partial<Record<'onLoad' | 'onShow' | 'onHide' | 'onUnload', (query?: object) => void>>;

interface OpenPage {
  path: string;
  instance: Instance;
  screen: Screen;
  close(): void;
}

/** An open modal dialog. */
interface Modal {
  title: string;
  content: string;
  answer(confirm: boolean): void;
}

const launching: { app: Definition | undefined } = { app: undefined };

Object.assign(globalThis, {
  App: (definition: Definition) => {
    launching.app = definition;
  },
  /** Registers the page as a component with its lifecycle callbacks as methods, which WeChat treats as a page. */
  Page: ({ data, ...members }: Definition) => {
    const methods = Object.fromEntries(Object.entries(members).filter(([, it]) => typeof it === 'function'));
    const fields = Object.fromEntries(Object.entries(members).filter(([, it]) => typeof it !== 'function'));
    Component({
      data: data as object,
      methods: methods as Record<string, () => void>,
      lifetimes: {
        created() {
          Object.assign(this, fields);
        },
      },
    });
  },
});

/** The sample, running on a phone. */
export class MiniProgram {
  readonly #pages: OpenPage[] = [];
  readonly #modals: Modal[] = [];
  readonly #pageWaiters: (() => void)[] = [];
  readonly #app: Definition;
  /** The saved files: from the saved path to the temporary path. */
  readonly files = new Map<string, string>();

  /** Launches the sample on `phone`, with nothing left of an earlier launch but the phone's storage. */
  constructor(phone: SimulatedWx, config: Partial<Config>) {
    for (const path of Object.keys(require.cache).filter((path) => path.startsWith(dirname(ROOT)))) {
      delete require.cache[path];
    }
    Object.assign(globalThis, { wx: Object.assign(Object.create(phone), phone, this.#platformApi()) });
    Object.assign(require(join(ROOT, 'config.js')).config, config);
    require(join(ROOT, 'app.js'));
    this.#app = launching.app ?? {};
    this.show();
    this.#open(require(join(ROOT, 'app.json')).pages[0]);
  }

  /** Brings the Mini Program to the foreground. */
  show(): void {
    (this.#app.onShow as (() => void) | undefined)?.();
    this.#top?.instance.onShow?.();
  }

  /** The screen of the current page. */
  get screen(): Screen {
    if (this.#top === undefined) {
      throw new Error('no page is open');
    }
    return this.#top.screen;
  }

  /** The path of the current page. */
  get path(): string | undefined {
    return this.#top?.path;
  }

  /** Waits until a page is the current one. */
  waitForPage(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const onTimeout = () =>
        reject(new Error(`waited for ${path}; ${this.path} shows: ${this.screen.text}`));
      const timer = setTimeout(onTimeout, WAIT_TIMEOUT);
      const check = () => {
        if (this.path === path) {
          clearTimeout(timer);
          resolve();
        } else {
          this.#pageWaiters.push(check);
        }
      };
      check();
    });
  }

  /** The open modal dialog. */
  get modal(): Modal {
    const [modal] = this.#modals;
    if (modal === undefined) {
      throw new Error('no modal is open');
    }
    return modal;
  }

  /** Goes back to the previous page. */
  back(): void {
    const page = this.#pages.pop();
    page?.instance.onUnload?.();
    page?.close();
    this.#top?.instance.onShow?.();
    this.#notifyPageWaiters();
  }

  /** Closes all pages. */
  close(): void {
    while (this.#pages.length > 0) {
      const page = this.#pages.pop();
      page?.instance.onUnload?.();
      page?.close();
    }
  }

  get #top(): OpenPage | undefined {
    return this.#pages.at(-1);
  }

  #open(path: string): void {
    this.#top?.instance.onHide?.();
    const component = simulate.render(simulate.load(join(ROOT, path), { rootPath: ROOT }));
    const frame = document.body.appendChild(document.createElement('section'));
    (component as unknown as { attach(parent: Element): void }).attach(frame);
    const instance = component.instance as unknown as Instance;
    const page = { path, instance, screen: new Screen(frame), close: () => frame.remove() };
    this.#pages.push(page);
    instance.onLoad?.({});
    instance.onShow?.();
    this.#notifyPageWaiters();
  }

  #notifyPageWaiters(): void {
    for (const check of this.#pageWaiters.splice(0)) {
      check();
    }
  }

  /** The `wx` methods for pages, modals and files. */
  #platformApi() {
    return {
      navigateTo: ({ url }: { url: string }) => this.#open(url.replace(/^\//, '')),
      navigateBack: async () => this.back(),
      showModal: ({ title, content }: { title: string; content: string }) =>
        new Promise((resolve) => {
          const answer = (confirm: boolean) => {
            this.#modals.shift();
            resolve({ errMsg: 'showModal:ok', confirm, cancel: !confirm });
          };
          this.#modals.push({ title, content, answer });
        }),
      getFileSystemManager: () => ({
        saveFile: ({
          tempFilePath,
          success,
        }: WechatMiniprogram.SaveFileOption & { tempFilePath: string }) => {
          const savedFilePath = `wxfile://store_${crypto.randomUUID()}`;
          this.files.set(savedFilePath, tempFilePath);
          success?.({ errMsg: 'saveFile:ok', savedFilePath } as never);
        },
        removeSavedFile: ({ filePath }: { filePath: string }) => {
          this.files.delete(filePath);
        },
      }),
    };
  }
}
