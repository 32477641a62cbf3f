import type { Api } from './api/api.js';
import type { Operator } from './api/bodies.js';
import type { Route } from './route.js';

/** What a page has to work with while it is shown. */
export interface View {
  /** Where the page puts its content. */
  readonly main: HTMLElement;
  readonly route: Route;
  /** Sends requests that end when the page is left. */
  readonly api: Api;
  /** Aborted when the page is left. */
  readonly signal: AbortSignal;
  readonly operator: Operator;
  /** Whether the operator may change something. */
  readonly canChange: boolean;
  /** Goes to a place, named by a hash. */
  go(hash: string): void;
  /** Has screen readers say it. */
  announce(words: string): void;
  /** Leads to the sign-in page and then back here. */
  signInAgain(): void;
}

/** Fills the view with a page. */
export type Page = (view: View) => void;
