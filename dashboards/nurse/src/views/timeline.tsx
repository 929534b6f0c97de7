import type { TimelineEntry } from '../api/wire.ts';
import { now } from '../state/store.ts';
import { words } from '../text/language.ts';
import { clockTime, clockTimeSeconds } from '../text/time.ts';

/** Every change of the alert, newest first: when, what, who, why. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const newestFirst = [...entries].reverse();
  return (
    <ol class="timeline">
      {newestFirst.map((entry) => (
        <li key={`${entry.at} ${entry.kind}`} data-human={entry.by !== null}>
          <time dateTime={new Date(entry.at).toISOString()} title={clockTimeSeconds(entry.at)}>
            {clockTime(entry.at, now.value)}
          </time>
          <div>
            <p class="timeline-what">
              {words.value.event[entry.kind] ?? entry.kind}
              {entry.by !== null && <span class="timeline-by">{words.value.detail.by(entry.by)}</span>}
            </p>
            {entry.reason !== '' && (
              <p class="timeline-why" lang="en">
                {entry.reason}
              </p>
            )}
            {entry.note !== null && <p class="timeline-note">{entry.note}</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
