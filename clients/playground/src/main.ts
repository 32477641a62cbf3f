import { Diagram } from './diagram/diagram.js';
import { byId } from './dom.js';
import { type Language, preferredLanguage, setLanguage, setText, within } from './language/language.js';
import { Playground } from './playground.js';
import { fetchSettings } from './settings.js';
import { preferredTheme, setTheme, type Theme } from './theme.js';
import { describe } from './traffic/errors.js';
import { Traffic } from './traffic/traffic.js';

/** Binds a group of radio buttons to a setting. */
function bindRadios<Name extends string>(group: string, initial: Name, choose: (name: Name) => void): void {
  for (const input of document.querySelectorAll<HTMLInputElement>(`input[name="${group}"]`)) {
    input.checked = input.value === initial;
    input.addEventListener('change', () => choose(input.value as Name));
  }
  choose(initial);
}

async function start(): Promise<void> {
  bindRadios<Theme>('theme', preferredTheme(), setTheme);
  bindRadios<Language>('language', preferredLanguage(), setLanguage);
  const traffic: Traffic = new Traffic(new Diagram(() => traffic.clear()));
  const settings = await fetchSettings();
  byId<HTMLAnchorElement>('documentation').href = `${settings.yaoshi}/docs`;
  const playground = new Playground(settings, traffic);
  await playground.startOver();
  document.documentElement.dataset.ready = 'true';
  playground.followAddress();
  addEventListener('hashchange', () => playground.followAddress());
}

start().catch((error: unknown) => {
  setText(byId('diagram-hint'), within('page.broken', describe(error)));
});
