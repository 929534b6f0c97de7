import { computed, signal } from '@preact/signals';
import { en, type Words } from './en.ts';
import { es } from './es.ts';

export const languages = { en, es } as const satisfies Record<string, Words>;
export type Language = keyof typeof languages;

const isLanguage = (text: string | null | undefined): text is Language =>
  text !== null && text !== undefined && Object.hasOwn(languages, text);

export const language = signal<Language>('en');
/** The words of the console in the reader's language. Whoever reads them in a view is drawn anew when it changes. */
export const words = computed<Words>(() => languages[language.value]);

/** The language that was chosen here before, else the first of the browser's that we have. */
export function firstLanguage(chosen: string | null, browsers: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return browsers.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}
