import { effect } from '@preact/signals';
import { firstLanguage, type Language, language } from '../text/language.ts';

const languageKey = 'language';

export function chooseLanguage(chosen: Language): void {
  localStorage.setItem(languageKey, chosen);
  language.value = chosen;
}

/** Takes up what was chosen in this browser before, and keeps the page's own language mark true. */
export function restorePreferences(): void {
  language.value = firstLanguage(localStorage.getItem(languageKey), navigator.languages);
  effect(() => {
    document.documentElement.lang = language.value;
  });
}
