import './dom.js';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as simulate from 'miniprogram-simulate';
import type { SimulatedWx } from 'simulated-wx';
import { PATIENCE, Screen } from './screen.js';

const require = createRequire(import.meta.url);
const ROOT = fileURLToPath(new URL('../../miniprogram', import.meta.url));

/** What the sample's `config` holds. */
type Config = {
  baseUrl: string;
  appId: string;
  simulator: string | null;
  uploadAvatar: ((temporaryPath: string) => Promise<string>) | null;
};

type Definition = Record<string, unknown>;
type Instance = Partial<Record<'onLoad' | 'onShow' | 'onHide' | 'onUnload', (query?: object) => void>>;

interface OpenPage {
  path: string;
  instance: Instance;
  screen: Screen;
  close(): void;
}

/** What WeChat asks the user on the Mini Program's behalf. */
interface Question {
  title: string;
  content: string;
  answer(confirm: boolean): void;
}

const launching: { app: Definition | undefined } = { app: undefined };

Object.assign(globalThis, {
  App: (definition: Definition) => {
    launching.app = definition;
  },
  /** WeChat takes a page that is written as a component, its life cycle among the methods, for the same. */
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

/** The sample, launched on a phone. */
export class MiniProgram {
  readonly #pages: OpenPage[] = [];
  readonly #questions: Question[] = [];
  readonly #arrivals: (() => void)[] = [];
  readonly #app: Definition;
  /** The files that were kept for good, by their new path. */
  readonly files = new Map<string, string>();

  /** Launches it on `phone`: nothing is left of a former launch but what the phone stored. */
  constructor(phone: SimulatedWx, config: Partial<Config>) {
    for (const path of Object.keys(require.cache).filter((path) => path.startsWith(dirname(ROOT)))) {
      delete require.cache[path];
    }
    Object.assign(globalThis, { wx: Object.assign(Object.create(phone), phone, this.#surroundings()) });
    Object.assign(require(join(ROOT, 'config.js')).config, config);
    require(join(ROOT, 'app.js'));
    this.#app = launching.app ?? {};
    this.show();
    this.#open(require(join(ROOT, 'app.json')).pages[0]);
  }

  /** The Mini Program comes to the foreground. */
  show(): void {
    (this.#app.onShow as (() => void) | undefined)?.();
    this.#top?.instance.onShow?.();
  }

  /** What the user has before them. */
  get screen(): Screen {
    if (this.#top === undefined) {
      throw new Error('no page is open');
    }
    return this.#top.screen;
  }

  /** The path of the page in front. */
  get path(): string | undefined {
    return this.#top?.path;
  }

  /** Waits until a page is in front. */
  arrives(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`waited for ${path}; ${this.path} reads: ${this.screen.text}`));
      const limit = setTimeout(late, PATIENCE);
      const look = () => {
        if (this.path === path) {
          clearTimeout(limit);
          resolve();
        } else {
          this.#arrivals.push(look);
        }
      };
      look();
    });
  }

  /** What WeChat is asking the user now. */
  get question(): Question {
    const [question] = this.#questions;
    if (question === undefined) {
      throw new Error('the user is asked nothing');
    }
    return question;
  }

  /** Goes back to the page below. */
  back(): void {
    const page = this.#pages.pop();
    page?.instance.onUnload?.();
    page?.close();
    this.#top?.instance.onShow?.();
    this.#arrived();
  }

  /** Closes everything. */
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
    this.#arrived();
  }

  #arrived(): void {
    for (const tell of this.#arrivals.splice(0)) {
      tell();
    }
  }

  /** What `wx` has beside the phone: pages, questions, files. */
  #surroundings() {
    return {
      navigateTo: ({ url }: { url: string }) => this.#open(url.replace(/^\//, '')),
      navigateBack: async () => this.back(),
      showModal: ({ title, content }: { title: string; content: string }) =>
        new Promise((resolve) => {
          const answer = (confirm: boolean) => {
            this.#questions.shift();
            resolve({ errMsg: 'showModal:ok', confirm, cancel: !confirm });
          };
          this.#questions.push({ title, content, answer });
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
