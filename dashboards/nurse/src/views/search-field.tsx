import { searchId } from '../state/keyboard.ts';
import { search } from '../state/store.ts';
import { words } from '../text/language.ts';

/** Narrows the lists to what it says. Escape empties it. */
export function SearchField() {
  const says = words.value.list.search;
  return (
    <input
      id={searchId}
      class="search"
      type="search"
      aria-label={says}
      placeholder={says}
      value={search.value}
      onInput={(event) => {
        search.value = event.currentTarget.value.trimStart();
      }}
    />
  );
}
