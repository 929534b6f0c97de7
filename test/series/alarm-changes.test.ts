import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActiveAlarm } from '#model/reading.ts';
import { AlarmChanges } from '#series/alarm-changes.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import type { AlarmChange } from '#series/line-protocol.ts';
import { alarmLine } from '#series/line-protocol.ts';
import { ListJournal, T0 } from './list-journal.ts';

const occlusion: ActiveAlarm = { code: 'occlusion-downstream' };
const battery: ActiveAlarm = { code: 'battery-low' };

/** Runs the journal's readings from `after` on, as a program started there would. */
function changesFrom(journal: ListJournal, after = 0): AlarmChange[] {
  const alarms = new AlarmChanges(new JournalAlarmHistory(journal), after === 0);
  return journal.readAfter(after, 10_000).flatMap((entry) => (entry.kind === 'reading' ? alarms.step(entry) : []));
}

const told = (changes: readonly AlarmChange[]) =>
  changes.map((c) => `${(c.instant.atMs - T0) / 1_000} ${c.code} ${c.active ? 'on' : 'off'}`);

describe('alarm changes', () => {
  it('tell when an alarm comes and when it goes, and nothing between', () => {
    const journal = new ListJournal();
    for (const alarms of [[], [occlusion], [occlusion, battery], [battery], []]) journal.add({ alarms });
    expect(told(changesFrom(journal))).toEqual([
      '2 occlusion-downstream on',
      '3 battery-low on',
      '4 occlusion-downstream off',
      '5 battery-low off',
    ]);
  });

  it('do not end because a reading says nothing of alarms', () => {
    const journal = new ListJournal();
    journal.add({ alarms: [occlusion] });
    journal.add({});
    journal.add({ alarms: [occlusion] });
    expect(told(changesFrom(journal))).toEqual(['1 occlusion-downstream on']);
  });

  it('put a late reading in its place and mend what follows it', () => {
    const journal = new ListJournal();
    journal.add({ atMs: T0 + 10_000, alarms: [occlusion] });
    journal.add({ atMs: T0 + 50_000, alarms: [occlusion] });
    journal.add({ atMs: T0 + 20_000, alarms: [] });
    journal.add({ atMs: T0 + 30_000, alarms: [] });
    expect(told(changesFrom(journal))).toEqual([
      '10 occlusion-downstream on',
      '20 occlusion-downstream off',
      '50 occlusion-downstream on',
      '50 occlusion-downstream on',
    ]);
  });

  it('keep the names of vendor codes but let no sender make up other tags', () => {
    const journal = new ListJournal();
    journal.add({
      alarms: [
        { code: 'unknown', vendorCode: 'x-chamber' },
        { code: 'unknown', vendorCode: 'Mrs Somebody' },
      ],
    });
    expect(changesFrom(journal).map((change) => change.code)).toEqual(['x-chamber', 'unknown']);
  });

  /** Looks alarms up as ever, and counts the readings it is given to look at. */
  const counted = (journal: ListJournal) => {
    const counter = {
      looked: 0,
      *readingsBetween(pump: string, from: number, to: number) {
        for (const entry of journal.readingsBetween(pump, from, to)) {
          counter.looked += 1;
          yield entry;
        }
      },
    };
    return counter;
  };

  it('begin at once after a restart with days of readings ahead', () => {
    const journal = new ListJournal();
    for (let i = 0; i < 5_000; i += 1) journal.add({ alarms: [occlusion] });
    const counter = counted(journal);
    const alarms = new AlarmChanges(new JournalAlarmHistory(counter), false);
    const changes = journal
      .readAfter(100, 10_000)
      .flatMap((entry) => (entry.kind === 'reading' ? alarms.step(entry) : []));
    expect(changes).toEqual([]);
    expect(counter.looked).toBeLessThan(2_200);
  });

  it('do not look through days of readings ahead for each reading that is a little late', () => {
    const journal = new ListJournal();
    for (let i = 0; i < 1_000; i += 1) journal.add({ atMs: T0 + (i ^ 1) * 1_000, alarms: [occlusion] });
    const counter = counted(journal);
    const alarms = new AlarmChanges(new JournalAlarmHistory(counter), true);
    for (const entry of journal.entries) if (entry.kind === 'reading') alarms.step(entry);
    expect(counter.looked).toBeLessThan(10_000);
  });

  const anyJournal = fc
    .array(
      fc.record({
        pump: fc.constantFrom('pump-1', 'pump-2'),
        at: fc.nat(60),
        alarms: fc.option(fc.subarray([occlusion, battery]), { nil: undefined, freq: 6 }),
      }),
      { maxLength: 40 },
    )
    .map((sketches) => {
      const journal = new ListJournal();
      sketches.forEach(({ pump, at, alarms }, i) => {
        // Far enough apart to need the growing search, and never two in one ms, whose order the series do not keep.
        journal.add({ pump, atMs: T0 + at * 100_000 + i, ...(alarms && { alarms }) });
      });
      return journal;
    });

  it('give, sorted by time, the state that each reading told, whatever the order of arrival', () => {
    fc.assert(
      fc.property(anyJournal, (journal) => {
        const changes = changesFrom(journal);
        for (const entry of journal.entries) {
          if (entry.kind !== 'reading' || !entry.reading.alarms) continue;
          const codes = new Set(entry.reading.alarms.map((alarm) => alarm.code));
          for (const code of ['occlusion-downstream', 'battery-low'] as const) {
            const last = changes
              .filter((c) => c.pump === entry.pump && c.code === code && c.instant.atMs <= entry.reading.atMs)
              .sort((a, b) => a.instant.atMs - b.instant.atMs)
              .at(-1);
            expect(last?.active ?? false).toBe(codes.has(code));
          }
        }
      }),
    );
  });

  it('are the same after a restart at any entry', () => {
    fc.assert(
      fc.property(anyJournal, fc.nat(40), (journal, place) => {
        const restartAt = Math.min(place, journal.entries.length);
        const atOnce = changesFrom(journal).map(alarmLine);
        const again = changesFrom(journal, restartAt).map(alarmLine);
        const before = new ListJournal();
        before.entries.push(...journal.entries.slice(0, restartAt));
        expect([...changesFrom(before).map(alarmLine), ...again]).toEqual(atOnce);
      }),
    );
  });
});
