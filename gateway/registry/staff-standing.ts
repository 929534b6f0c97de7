import type { Clock } from '#kernel/clock.ts';
import type { StandingOf } from './access-sessions.ts';
import type { Registry } from './registry.ts';

/** What the registry says today of each name, read anew only when the registry or the date changed: every call asks. */
export function staffStanding(registry: Registry, clock: Pick<Clock, 'wall'>): StandingOf {
  let known = new Map<string, string>();
  let asOf = '';
  return (name) => {
    const today = Temporal.Instant.fromEpochMilliseconds(clock.wall()).toString().slice(0, 10);
    const now = `${registry.changes()} ${today}`;
    if (now !== asOf) {
      known = standings(registry, today);
      asOf = now;
    }
    return known.get(name) ?? null;
  };
}

function standings(registry: Registry, today: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { record } of registry.list('staff')) {
    const working = record.from <= today && (record.to === null || record.to >= today);
    // Somebody may have left and come back under a new record.
    if (working) found.set(record.name, JSON.stringify([record.role, record.agency]));
    else if (!found.has(record.name)) found.set(record.name, 'ended');
  }
  return found;
}
