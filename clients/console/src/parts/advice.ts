import type { Advice } from '../api/bodies.js';
import { currentLanguage } from '../language/language.js';

/** What to do about a failure, in the language of the page. */
export function adviceWords({ advice, advice_zh: chinese }: Advice): string {
  return currentLanguage() === 'zh' ? chinese : advice;
}
