import { nightDirectory } from './night-nurses.ts';
import type { Span } from './night-plan.ts';
import type { NightRecord } from './night-record.ts';

const S = 1_000;
/** With everything well for this long a push is with its provider: the rest of a breaker and the wait of a retry. */
const PUSH_THROUGH = 60 * S;
/** One SMS a minute, one call at a time: what waits for one person takes its turn. */
const OTHER_THROUGH = 300 * S;

/** Pages are not lost on their way to people: neither by providers that fail nor by a notifier that dies. */
export function* lostMessages(record: NightRecord): Generator<string> {
  yield* falseClaims(record);
  yield* notBroughtOut(record);
}

/** The notifier calls sent only what a provider took. */
function* falseClaims({ deliveries, handed }: NightRecord): Generator<string> {
  const taken = new Set(handed.filter(isTaken).map(({ delivery }) => delivery));
  for (const { key, state } of deliveries) {
    const claims = state === 'sent' || state === 'delivered' || state === 'read' || state === 'replied';
    if (claims && !taken.has(key)) yield `${key} counts as ${state} and no provider took it`;
  }
}

const isTaken = ({ outcome }: NightRecord['handed'][number]): boolean => outcome.startsWith('taken');

/** Whom a page is for has it with a provider, once gateway and providers were well for long enough while it was worth it. */
function* notBroughtOut(record: NightRecord): Generator<string> {
  const taken = Map.groupBy(record.handed.filter(isTaken), ({ page, person }) => `${page} ${person}`);
  for (const { value: page, atMs } of record.pages) {
    if (page.kind !== 'page' && page.kind !== 'digest') continue;
    const group = page.channels.findIndex((channels) => channels.includes('push'));
    const needs = group < 0 ? OTHER_THROUGH : group * (page.receiptMs ?? 0) + PUSH_THROUGH;
    const from = wellFrom(record, atMs, needs);
    if (from + needs > endOf(record, page, atMs)) continue;
    const people = page.targets.flatMap((target) =>
      target === 'paged' ? [] : nightDirectory.recipients(target, page).map(({ person }) => person),
    );
    for (const person of new Set(people)) {
      if (taken.get(`${page.id} ${person}`)?.some((one) => one.atMs <= from + needs) === true) continue;
      yield `page ${page.id} of ${atMs} was not brought to ${person} by ${from + needs}`;
    }
  }
}

/** The first instant from which on nothing failed for `needs`. */
function wellFrom({ away, plan }: NightRecord, atMs: number, needs: number): number {
  const troubles: readonly Span[] = [...away, ...plan.stateRefuses, ...plan.providersFail];
  let from = atMs;
  for (;;) {
    const next = troubles.find(({ fromMs, toMs }) => fromMs < from + needs && toMs > from);
    if (next === undefined) return from;
    from = next.toMs;
  }
}

/** Until when the page is worth bringing to anybody: somebody has it, the next one comes, the calendar says so. */
function endOf(
  { events, plan, endMs }: NightRecord,
  page: NightRecord['pages'][number]['value'],
  atMs: number,
): number {
  const answered = events.find(
    ({ value, atMs: at }) =>
      value.alert === page.alert &&
      at >= atMs &&
      (value.after.response !== 'unacknowledged' || value.after.condition === 'cleared'),
  );
  const stepped = plan.wallSteps.find((step) => step.atMs >= atMs - 60 * S && step.byMs > 0);
  const next = page.nextAt === null ? endMs : atMs + page.nextAt - page.at;
  return Math.min(endMs, next, answered?.atMs ?? endMs, stepped?.atMs ?? endMs);
}
