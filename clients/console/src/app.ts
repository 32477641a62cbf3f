import { Api } from './api/api.js';
import type { Operator } from './api/bodies.js';
import { RequestError } from './api/problem.js';
import { byId } from './dom.js';
import { type Language, preferredLanguage, setLanguage, text } from './language/language.js';
import { eventsPage } from './pages/events.js';
import { keysPage } from './pages/keys.js';
import { noPage } from './pages/no-page.js';
import { overviewPage } from './pages/overview.js';
import { peoplePage } from './pages/people.js';
import { personPage } from './pages/person.js';
import { pushesPage } from './pages/pushes.js';
import { type Draft, showSignIn } from './pages/sign-in.js';
import { webhooksPage } from './pages/webhooks.js';
import { whyPage } from './pages/why.js';
import { problemView } from './parts/problem.js';
import { credentialsIn, hashOf, parseRoute, type Route } from './route.js';
import { renderShell } from './shell.js';
import { preferredTheme, setTheme } from './theme.js';
import type { Page, View } from './view.js';

const SIGN_IN = hashOf(['sign-in']);
const EMPTY: Draft = { name: '', password: '', isFromLink: false };

/** The page at a route. */
function pageAt({ path: [name, ...rest] }: Route): Page {
  if (name === 'people' && rest.length === 1) {
    return personPage;
  }
  const pages: Record<string, Page> = {
    overview: overviewPage,
    people: peoplePage,
    why: whyPage,
    events: eventsPage,
    pushes: pushesPage,
    webhooks: webhooksPage,
    keys: keysPage,
  };
  return (rest.length === 0 && name !== undefined && pages[name]) || noPage;
}

/** The console: who is signed in, and which page is shown. */
export class App {
  readonly #main = byId('main');
  #operator: Operator | undefined;
  /** What the sign-in form holds, in memory only. Emptied by a sign-in. */
  #draft: Draft = EMPTY;
  #leaving = new AbortController();
  /** The path that is shown, to tell another page from another search on the same one. */
  #shownPath: string | undefined;

  start(): void {
    setTheme(preferredTheme());
    setLanguage(preferredLanguage(), false);
    byId('skip').addEventListener('click', (event) => {
      event.preventDefault();
      this.#main.focus();
    });
    this.#takeCredentials();
    addEventListener('hashchange', () => {
      this.#takeCredentials();
      this.#show();
    });
    void this.#begin();
  }

  /** Learns who is signed in, and shows the first page. */
  async #begin(): Promise<void> {
    this.#renderShell();
    try {
      this.#operator = await new Api().me();
    } catch (error) {
      if (!(error instanceof RequestError && error.status === 401)) {
        this.#main.replaceChildren(problemView(error, () => void this.#begin()));
        this.#setReady();
        return;
      }
    }
    if (this.#operator === undefined && !location.hash.startsWith(SIGN_IN)) {
      const isStart = location.hash.replace(/^#?\/?/, '') === '';
      location.replace(isStart ? SIGN_IN : signInHash(location.hash));
    } else {
      this.#show();
    }
    this.#setReady();
  }

  #setReady(): void {
    document.documentElement.dataset.ready = 'true';
  }

  /** Takes name and password out of the location, which keeps no trace of them. */
  #takeCredentials(): void {
    const credentials = credentialsIn(location.hash);
    if (credentials !== undefined) {
      history.replaceState(null, '', SIGN_IN);
      this.#draft = { ...credentials, isFromLink: true };
    }
  }

  #renderShell(): void {
    renderShell({
      operator: this.#operator,
      current: parseRoute(location.hash).path[0],
      chooseLanguage: (language) => this.#chooseLanguage(language),
      signOut: () => void this.#signOut(),
    });
  }

  #chooseLanguage(language: Language): void {
    setLanguage(language, true);
    this.#show();
    byId('language').focus();
  }

  async #signOut(): Promise<void> {
    try {
      await new Api().signOut();
      this.#operator = undefined;
      location.hash = SIGN_IN;
    } catch (error) {
      this.#main.prepend(problemView(error, () => void this.#signOut()));
    }
  }

  #signInAgain(): void {
    // Two requests of one page may both notice it.
    if (this.#operator === undefined) {
      return;
    }
    this.#operator = undefined;
    location.replace(signInHash(location.hash));
  }

  /** Shows the page that the location names. */
  #show(): void {
    this.#leaving.abort();
    this.#leaving = new AbortController();
    const route = parseRoute(location.hash);
    const isSignIn = route.path[0] === 'sign-in';
    if (this.#operator === undefined && !isSignIn) {
      location.replace(signInHash(location.hash));
      return;
    }
    const path = route.path.join('/');
    const isSamePath = path === this.#shownPath;
    const focused = document.activeElement?.id ?? '';
    const isFirst = this.#shownPath === undefined;
    this.#shownPath = path;
    this.#main.replaceChildren();
    this.#main.dataset.page = route.path[0] ?? '';
    if (isSignIn || this.#operator === undefined) {
      this.#showSignIn(route);
    } else {
      this.#renderShell();
      pageAt(route)(this.#view(route, this.#operator));
    }
    this.#moveFocus(isFirst, isSamePath ? focused : '');
  }

  #showSignIn(route: Route): void {
    this.#operator = undefined;
    this.#renderShell();
    const next = route.query.get('next') ?? '';
    showSignIn(this.#main, this.#draft, next !== '', async (draft, totp) => {
      this.#draft = draft;
      this.#operator = await new Api().signIn(draft.name, draft.password, totp);
      this.#draft = EMPTY;
      location.replace(next.startsWith('#/') ? next : hashOf(['overview']));
    });
  }

  #view(route: Route, operator: Operator): View {
    const { signal } = this.#leaving;
    return {
      main: this.#main,
      route,
      api: new Api(signal),
      signal,
      operator,
      canChange: operator.role === 'operator',
      go: (hash) => {
        if (location.hash === hash) {
          this.#show();
        } else {
          location.hash = hash;
        }
      },
      announce,
      signInAgain: () => this.#signInAgain(),
    };
  }

  /** Moves the focus as a loaded page would: to the heading, or back to the control that was used. */
  #moveFocus(isFirst: boolean, id: string): void {
    const heading = this.#main.querySelector<HTMLElement>('h1');
    document.title = `${heading?.textContent ?? ''} · ${text('console.title')}`;
    const control = id === '' ? null : this.#main.querySelector<HTMLElement>(`#${CSS.escape(id)}`);
    if (control !== null) {
      control.focus({ preventScroll: true });
      return;
    }
    scrollTo(0, 0);
    if (!isFirst && !this.#main.contains(document.activeElement)) {
      heading?.focus({ preventScroll: true });
    }
  }
}

function signInHash(next: string): string {
  return hashOf(['sign-in'], { next: next.startsWith(SIGN_IN) ? '' : next });
}

function announce(words: string): void {
  const announcer = byId('announcer');
  announcer.textContent = '';
  // Screen readers notice a text that is added a moment later, also if it is the same.
  setTimeout(() => {
    announcer.textContent = words;
  }, 50);
}
