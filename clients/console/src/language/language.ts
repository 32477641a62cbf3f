import { en, type TextKey } from './en.js';
import { zh } from './zh.js';

export type { TextKey } from './en.js';

/** The values of a text's placeholders. */
export type Values = Readonly<Record<string, string | number>>;

/** A language of the console. */
export type Language = 'en' | 'zh';

const TEXTS: Record<Language, Record<TextKey, string>> = { en, zh };
const TAGS: Record<Language, string> = { en: 'en', zh: 'zh-CN' };
const STORAGE_KEY = 'yaoshi-console-language';

let current: Language = 'en';

/** The language that the operator chose last; the browser's by default. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'en' || stored === 'zh') {
    return stored;
  }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Switches to a language, and stores it if the operator chose it. */
export function setLanguage(language: Language, isChosen: boolean): void {
  current = language;
  document.documentElement.lang = TAGS[language];
  if (isChosen) {
    localStorage.setItem(STORAGE_KEY, language);
  }
}

export function currentLanguage(): Language {
  return current;
}

/** The current language as `lang` and `Accept-Language` name it. */
export function languageTag(): string {
  return TAGS[current];
}

/** The text in the current language. */
export function text(key: TextKey, values: Values = {}): string {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** The text for a number of things: `{key}.one` or `{key}.many`. */
export function counted(key: string, count: number): string {
  const form = `${key}.${count === 1 ? 'one' : 'many'}` as TextKey;
  return text(form, { count: new Intl.NumberFormat(languageTag()).format(count) });
}

/** The text for a name of the API, such as an event's kind; the name itself if there is no text for it. */
export function named(group: string, name: string): string {
  const key = `${group}.${name}` as TextKey;
  return Object.hasOwn(en, key) ? text(key) : name;
}
