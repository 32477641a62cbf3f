import type { Operator } from './api/bodies.js';
import { button, byId, html } from './dom.js';
import { currentLanguage, type Language, type TextKey, text } from './language/language.js';
import { icon } from './parts/icon.js';
import { hashOf } from './route.js';
import { preferredTheme, setTheme, THEMES, type Theme } from './theme.js';

/** The pages in the navigation. */
const PAGES = ['overview', 'people', 'why', 'events', 'pushes', 'webhooks', 'keys'] as const;

interface Shell {
  readonly operator: Operator | undefined;
  /** The name of the page that is shown. */
  readonly current: string | undefined;
  readonly chooseLanguage: (language: Language) => void;
  readonly signOut: () => void;
}

/** Writes what is around every page: navigation, settings and who is signed in. */
export function renderShell({ operator, current, chooseLanguage, signOut }: Shell): void {
  byId('shell').dataset.signedIn = String(operator !== undefined);
  byId('skip').textContent = text('console.skip');
  const pages = byId('pages');
  pages.setAttribute('aria-label', text('console.navigation'));
  pages.hidden = operator === undefined;
  pages.replaceChildren(html('ul', {}, ...PAGES.map((page) => entry(page, page === current))));
  byId('settings').replaceChildren(
    ...(operator === undefined ? [] : [who(operator)]),
    languageButton(chooseLanguage),
    themeChoice(),
    ...(operator === undefined ? [] : [signOutButton(signOut)]),
  );
}

function entry(page: (typeof PAGES)[number], isCurrent: boolean): HTMLElement {
  const label = html('span', {}, text(`page.${page}`));
  const attributes = { href: hashOf([page]), 'aria-current': isCurrent ? 'page' : undefined };
  return html('li', {}, html('a', attributes, icon(page), label));
}

function who({ name, role }: Operator): HTMLElement {
  const roleText = html('span', { class: 'role' }, text(`console.role.${role}`));
  return html('p', { class: 'who', id: 'who' }, html('strong', {}, name), roleText);
}

function languageButton(choose: (language: Language) => void): HTMLElement {
  const other: Language = currentLanguage() === 'zh' ? 'en' : 'zh';
  const label = html('span', { lang: other === 'zh' ? 'zh-CN' : 'en' }, text('console.other_language'));
  const toggle = button('', () => choose(other), {
    id: 'language',
    class: 'button quiet',
    title: text('console.language'),
  });
  toggle.append(label);
  return toggle;
}

function themeChoice(): HTMLElement {
  const select = html('select', { id: 'theme', 'aria-label': text('console.theme') });
  for (const theme of THEMES) {
    const key: TextKey = `console.theme.${theme}`;
    select.append(html('option', { value: theme, selected: theme === preferredTheme() }, text(key)));
  }
  select.addEventListener('change', () => setTheme(select.value as Theme));
  return html('span', { class: 'select quiet' }, select);
}

function signOutButton(signOut: () => void): HTMLElement {
  return button(text('console.sign_out'), signOut, { id: 'sign-out', class: 'button quiet' });
}
