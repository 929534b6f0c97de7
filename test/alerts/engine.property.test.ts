import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertAction, AlertEvent } from '#model/alert.ts';
import type { JournalEntry } from '#model/journal-entry.ts';
import { AlertEngine } from '../../gateway/alerts/engine.ts';
import { defaultAlertPolicy } from '../../gateway/alerts/policy.ts';
import { countingIds, hour, minute, nurse, Story, second, Told, t0 } from './fold.ts';

const alarmSet = fc.oneof(
  { weight: 5, arbitrary: fc.subarray(['occlusion-downstream', 'under-infusion', 'reservoir-low', 'x-acme-1']) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

type Move =
  | { readonly move: 'reading'; readonly alarms: readonly string[] | undefined; readonly lateMs: number }
  | { readonly move: 'wait'; readonly ms: number }
  | { readonly move: 'status'; readonly state: 'online' | 'offline'; readonly cause: 'said' | 'link-lost' }
  | {
      readonly move: 'act';
      readonly which: number;
      readonly person: string;
      readonly action: string;
      readonly behind: number;
    };

const moves: fc.Arbitrary<Move[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        move: fc.constant('reading' as const),
        alarms: alarmSet,
        lateMs: fc.constantFrom(0, 0, 0, 50, 5 * minute),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        move: fc.constant('wait' as const),
        ms: fc.constantFrom(second, 10 * second, 61 * second, 5 * minute, 20 * minute, 2 * hour),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        move: fc.constant('status' as const),
        state: fc.constantFrom('online' as const, 'offline' as const),
        cause: fc.constantFrom('said' as const, 'link-lost' as const),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        move: fc.constant('act' as const),
        which: fc.nat(5),
        person: fc.constantFrom('Ana', 'Ben'),
        action: fc.constantFrom('ack', 'snooze', 'assign', 'note', 'close'),
        behind: fc.constantFrom(0, 0, 0, 1),
      }),
    },
  ),
  { minLength: 1, maxLength: 60 },
);

function actionOf(name: string, version: number): AlertAction {
  if (name === 'snooze') return { action: 'snooze', version, minutes: 5, reason: 'on the phone' };
  if (name === 'assign') return { action: 'assign', version, to: 'Cleo' };
  if (name === 'note') return { action: 'note', version, note: 'called' };
  if (name === 'close') return { action: 'close', version, outcome: 'other' };
  return { action: 'ack', version };
}

/** Plays the moves; `look` is called after each with the events that it made. */
function play(list: readonly Move[], look: (told: Told, made: number) => void): Told {
  const told = new Told();
  let now = t0;
  let seq = 0;
  for (const move of list) {
    const before = told.events.length;
    if (move.move === 'reading') {
      now += 10;
      told.reading({ seq: seq++, at: now - move.lateMs, received: now, alarms: move.alarms });
    } else if (move.move === 'wait') {
      now += move.ms;
      told.until(now);
    } else if (move.move === 'status') {
      const { state, cause } = move;
      told.status({ at: now, state: cause === 'link-lost' ? 'offline' : state, cause });
    } else {
      told.until(now);
      const alerts = told.alerts();
      const alert = alerts[move.which % Math.max(1, alerts.length)];
      if (alert?.state === 'open') {
        told.engine.act(alert.id, actionOf(move.action, alert.version - move.behind), nurse(move.person), now);
        for (const { kind } of told.taken()) expect(kind).not.toBe('cleared');
      }
    }
    look(told, before);
  }
  return told;
}

const isPaging = ({ kind }: AlertEvent) => kind === 'paged' || kind === 'page-held';

describe('whatever happens', () => {
  it('versions go up by one, high alerts stay until a person closes them, and only a reading clears', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const seen = new Map<string, number>();
        play(list, (told, made) => {
          for (const event of told.events.slice(made)) {
            expect(event.after.version).toBe((seen.get(event.alert) ?? 0) + (isPaging(event) ? 0 : 1));
            seen.set(event.alert, event.after.version);
            expect(event.reason).not.toBe('');
            expect(event.after.policy).toBe(defaultAlertPolicy.version);
            const { priority, learnedAt, clearedAt } = event.after;
            if (event.kind === 'closed' && priority === 'high' && event.after.version > 1)
              expect(event.by).not.toBeNull();
            if (event.kind === 'clearing') expect(event.cause).not.toBeNull();
            if (event.kind === 'cleared') expect(clearedAt).toBeGreaterThan(learnedAt);
            if (event.kind === 'cleared') expect(event.after.stateUnknown).toBe(false);
          }
          const closed = new Set(told.events.filter(({ kind }) => kind === 'closed').map(({ alert }) => alert));
          const open = new Set(told.open().map(({ id }) => id));
          for (const alert of told.alerts()) expect(open.has(alert.id)).toBe(!closed.has(alert.id));
          for (const { alert } of told.engine.open()) {
            const promised = alert.response !== 'unacknowledged';
            expect(alert.acknowledgementExpires !== null).toBe(promised);
          }
        });
      }),
      { numRuns: 500 },
    );
  });

  it('the same inputs give the same events', () => {
    fc.assert(
      fc.property(moves, (list) => {
        const nothing = () => {};
        expect(play(list, nothing).events).toEqual(play(list, nothing).events);
      }),
      { numRuns: 100 },
    );
  });

  it('an engine restored from its documents goes on as if nothing had been', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.constantFrom('pump-1', 'pump-2'),
            alarmSet,
            fc.constantFrom(second, minute, 20 * minute),
            fc.nat(3),
          ),
          { minLength: 2, maxLength: 40 },
        ),
        fc.nat(39),
        (list, cut) => {
          const story = new Story();
          let now = t0;
          const entries: JournalEntry[] = list.map(([pump, alarms, gap, back], i) => {
            now += gap;
            return story.reading({ pump, seq: i, at: now - back * minute, received: now, alarms });
          });
          const whole = new AlertEngine(defaultAlertPolicy, countingIds());
          for (const entry of entries) whole.fold(entry);
          whole.advance(now + hour);

          const ids = countingIds();
          const first = new AlertEngine(defaultAlertPolicy, ids);
          for (const entry of entries.slice(0, cut)) first.fold(entry);
          const { hubs, pumps, contexts } = JSON.parse(JSON.stringify(first.changed()));
          const open = JSON.parse(JSON.stringify(first.open()));
          const events = first.takeEvents();
          const second = new AlertEngine(defaultAlertPolicy, ids);
          second.restore({
            now: first.now,
            at: first.at,
            offset: 0,
            contexts,
            hubs,
            pumps,
            open,
          });
          for (const entry of entries) second.fold(entry);
          second.advance(now + hour);
          expect([...events, ...second.takeEvents()]).toEqual(whole.takeEvents());
        },
      ),
      { numRuns: 300 },
    );
  });
});
