import { en, type TextKey } from './en.js';
import { zh } from './zh.js';

export type { TextKey } from './en.js';

/** The values of a text's placeholders. A value that begins with `@` is the key of another text. */
export type Values = Readonly<Record<string, string>>;

/** A translated text: its key and the values of its placeholders. */
export interface Text {
  readonly key: TextKey;
  readonly values?: Values;
}

/** The outer text, with the inner one in place of `{what}`. */
export function within(outer: TextKey, { key, values }: Text): Text {
  return { key: outer, values: { ...values, what: `@${key}` } };
}

/** A language of the page. */
export type Language = 'en' | 'zh';

const TEXTS: Record<Language, Record<TextKey, string>> = { en, zh };
const TAGS: Record<Language, string> = { en: 'en', zh: 'zh-CN' };
const STORAGE_KEY = 'yaoshi-playground-language';

let current: Language = 'en';

/** The language that the user chose last; the browser's by default. */
export function preferredLanguage(): Language {
  const stored = localStorage.getItem(STORAGE_KEY);
  if (stored === 'en' || stored === 'zh') {
    return stored;
  }
  return navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** Switches the page to a language and stores the choice. */
export function setLanguage(language: Language): void {
  current = language;
  localStorage.setItem(STORAGE_KEY, language);
  document.documentElement.lang = TAGS[language];
  document.title = translate({ key: 'page.title' });
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]')) {
    element.textContent = translateData(element.dataset.text, element.dataset.values);
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-label]')) {
    element.setAttribute('aria-label', translateData(element.dataset.label, element.dataset.values));
  }
}

/** The text in the current language. */
export function translate({ key, values = {} }: Text): string {
  return TEXTS[current][key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name] ?? '';
    return value.startsWith('@') ? translate({ key: value.slice(1) as TextKey, values }) : value;
  });
}

/** Sets the element's text, which then follows the language. */
export function setText(element: HTMLElement, text: Text): void {
  element.dataset.text = text.key;
  storeValues(element, text);
  element.textContent = translate(text);
}

/** Sets the element's accessible name, which then follows the language. */
export function setLabel(element: HTMLElement, text: Text): void {
  element.dataset.label = text.key;
  storeValues(element, text);
  element.setAttribute('aria-label', translate(text));
}

function storeValues(element: HTMLElement, { values }: Text): void {
  if (values === undefined) {
    delete element.dataset.values;
  } else {
    element.dataset.values = JSON.stringify(values);
  }
}

function translateData(key: string | undefined, values: string | undefined): string {
  return translate({
    key: key as TextKey,
    ...(values !== undefined && { values: JSON.parse(values) as Values }),
  });
}
