import { Diagram } from './diagram/diagram.js';
import { part } from './element.js';
import { type Language, preferredLanguage, put, speak } from './language/language.js';
import { Playground } from './playground.js';
import { settings } from './settings.js';
import { preferredTheme, type Theme, wear } from './theme.js';
import { reason } from './traffic/attempt.js';
import { Traffic } from './traffic/traffic.js';

/** Has a group of radio buttons choose among names. */
function chosen<Name extends string>(group: string, now: Name, choose: (name: Name) => void): void {
  for (const input of document.querySelectorAll<HTMLInputElement>(`input[name="${group}"]`)) {
    input.checked = input.value === now;
    input.addEventListener('change', () => choose(input.value as Name));
  }
  choose(now);
}

async function start(): Promise<void> {
  chosen<Theme>('theme', preferredTheme(), wear);
  chosen<Language>('language', preferredLanguage(), speak);
  const traffic = new Traffic(new Diagram());
  part('clear').addEventListener('click', () => traffic.clear());
  const where = await settings();
  part<HTMLAnchorElement>('documentation').href = `${where.yaoshi}/docs`;
  const playground = new Playground(where, traffic);
  await playground.startOver();
  document.documentElement.dataset.ready = 'true';
}

start().catch((error: unknown) => {
  put(part('diagram-empty'), { key: 'page.broken', values: { why: reason(error) } });
});
