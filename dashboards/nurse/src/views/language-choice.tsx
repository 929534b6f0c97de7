import { chooseLanguage } from '../state/preferences.ts';
import { type Language, language, languages, words } from '../text/language.ts';

const offered: readonly Language[] = ['en', 'es'];

/** Each language in its own words, so that it can be found by who reads only that one. */
export function LanguageChoice() {
  return (
    <fieldset class="segments languages">
      <legend class="sr-only">{words.value.menu.language}</legend>
      {offered.map((tag) => (
        <button
          key={tag}
          type="button"
          lang={tag}
          aria-pressed={language.value === tag}
          onClick={() => chooseLanguage(tag)}
        >
          {languages[tag].name}
        </button>
      ))}
    </fieldset>
  );
}
