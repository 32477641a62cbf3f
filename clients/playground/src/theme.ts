/** How the page looks: as the system wants it, or as somebody chose. */
export type Theme = 'auto' | 'light' | 'dark';

const KEPT_AS = 'yaoshi-playground-theme';

/** What was chosen last. */
export function preferredTheme(): Theme {
  const kept = localStorage.getItem(KEPT_AS);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

/** Wears the theme from now on, and remembers it. */
export function wear(theme: Theme): void {
  localStorage.setItem(KEPT_AS, theme);
  document.documentElement.dataset.theme = theme;
}
