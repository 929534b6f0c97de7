import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, span } from '../text/time.ts';

/** "14:02 · 6 min": when, and how long ago, kept up to date. */
export function Since({ at }: { at: number }) {
  return (
    <time class="since" dateTime={new Date(at).toISOString()}>
      <span>{clockTime(at, now.value)}</span>
      <span class="since-age">{span(now.value - at)}</span>
    </time>
  );
}

/** "4 s ago", kept up to date. */
export function Ago({ at }: { at: number }) {
  return <time dateTime={new Date(at).toISOString()}>{words.value.ago(span(now.value - at))}</time>;
}
