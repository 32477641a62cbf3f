import { en, type TextKey } from './en.js';
import { zh } from './zh.js';

export type { TextKey } from './en.js';

/** What is put into a text. A value that begins with `@` names a text. */
export type Values = Readonly<Record<string, string>>;

/** A text of the page, in whatever language it is read. */
export interface Text {
  readonly key: TextKey;
  readonly values?: Values;
}

/** A language that the page speaks. */
export type Language = 'en' | 'zh';

const TEXTS: Record<Language, Record<TextKey, string>> = { en, zh };
const TAGS: Record<Language, string> = { en: 'en', zh: 'zh-CN' };
const KEPT_AS = 'yaoshi-playground-language';

let current: Language = 'en';

/** The language that was chosen last, or else the browser's. */
export function preferredLanguage(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'en' || kept === 'zh') {
    return kept;
  }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Speaks `language` from now on, remembers it, and says everything anew that is on the page. */
export function speak(language: Language): void {
  current = language;
  localStorage.setItem(KEPT_AS, language);
  document.documentElement.lang = TAGS[language];
  document.title = say({ key: 'page.title' });
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = said(element.dataset.text, element.dataset.values);
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', said(element.dataset.label, undefined));
  }
}

/** The text in the language that is spoken now. */
export function say({ key, values = {} }: Text): string {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return value.startsWith('@') ? say({ key: value.slice(1) as TextKey, values }) : value;
  });
}

/** Makes the text what the element says, in this language and in every later one. */
export function put(element: HTMLElement, text: Text): void {
  element.dataset.text = text.key;
  if (text.values === undefined) {
    delete element.dataset.values;
  } else {
    element.dataset.values = JSON.stringify(text.values);
  }
  element.textContent = say(text);
}

/** Makes the text the element's name, in this language and in every later one. */
export function label(element: HTMLElement, key: TextKey): void {
  element.dataset.label = key;
  element.setAttribute('aria-label', say({ key }));
}

function said(key: string | undefined, values: string | undefined): string {
  return say({
    key: key as TextKey,
    ...(values !== undefined && { values: JSON.parse(values) as Values }),
  });
}
