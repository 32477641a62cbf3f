import { type Child, html } from '../dom.js';
import { text } from '../language/language.js';
import type { View } from '../view.js';
import { showFailure } from './problem.js';

/** After how many milliseconds it shows that something is loading. */
const PATIENCE = 150;

interface Loading<T> {
  readonly get: () => Promise<T>;
  readonly show: (value: T) => readonly Child[];
}

/**
 * Fills the container with what a request brings. Shows that it takes time, and failures with a way on. What the
 * container has stays until there is something new.
 */
export async function load<T>(view: View, container: HTMLElement, loading: Loading<T>): Promise<void> {
  container.setAttribute('aria-busy', 'true');
  const timer = setTimeout(() => {
    if (container.childElementCount === 0) {
      container.append(html('p', { class: 'loading' }, text('console.loading')));
    }
  }, PATIENCE);
  try {
    const children = loading.show(await loading.get()).filter((child) => child !== undefined);
    if (!view.signal.aborted) {
      container.replaceChildren(...children);
    }
  } catch (error) {
    showFailure(view, error, container, () => void load(view, container, loading));
  } finally {
    clearTimeout(timer);
    container.setAttribute('aria-busy', 'false');
  }
}
