import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seededRandom, systemRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { MINUTE_MS } from '#model/rollup.ts';
import { Influx1Store } from '#series/influx1.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { minuteLine } from '#series/line-protocol.ts';
import { MinuteRollups } from '#series/minute-rollups.ts';
import { replay } from '#series/replay.ts';
import { SeriesRunner } from '#series/series-runner.ts';
import { StateCursor } from '#series/state-cursor.ts';
import { Influxd } from '#support/influxd.ts';
import { until } from '#support/until.ts';
import { ListJournal, T0 } from './list-journal.ts';

const clock = new SystemClock();
const { signal } = new AbortController();
let influxd: Influxd;
beforeEach(async () => {
  influxd = await Influxd.start();
});
afterEach(() => influxd.close());

/** Four pumps for three hours, a tenth of it late, with alarms, pauses and a status in between. */
function journalOfThreeHours(): ListJournal {
  const journal = new ListJournal();
  const random = seededRandom(5);
  const late: (() => void)[] = [];
  for (let i = 0; i < 4_000; i += 1) {
    if (i === 500) journal.addStatus([{ id: 'pump-1', model: 'infusomat-space' }]);
    const add = () =>
      journal.add({
        pump: `pump-${i % 4}`,
        seq: i,
        atMs: T0 + Math.floor(i / 4) * 10_000,
        state: i % 97 === 0 ? 'paused' : 'infusing',
        rateMlH: Math.round(random() * 100) / 10,
        pressureMmHg: 30 + (i % 300) * random(),
        pressureLimitMmHg: 563,
        alarms: i % 50 < 5 ? [{ code: 'air-in-line' }] : [],
      });
    if (random() < 0.1) late.push(add);
    else add();
  }
  for (const add of late) add();
  return journal;
}

const measurements = ['pump_reading', 'pump_occlusion', 'pump_alarm', 'minutes"."pump_minute'];
const pointsOf = async (database: string, where = '') =>
  Promise.all(measurements.map((name) => influxd.query(`SELECT * FROM "${name}" ${where}`, database)));

describe('replay from the journal', () => {
  it('gives the same points in another database, for all of the time and for a part of it', async () => {
    const journal = journalOfThreeHours();
    const store = (database: string) => new Influx1Store({ url: influxd.url, database }, clock);
    const first = store('first');
    const stop = new AbortController();
    const runner = new SeriesRunner({
      feed: new JournalFeed(journal, new JournalAlarmHistory(journal)),
      store: first,
      cursor: new StateCursor(new MemoryStateStore()),
      quarantine: () => expect.unreachable(),
      clock,
      random: systemRandom,
      log: silentLogger,
      batchEntries: 300,
      linger: millis(1),
    });
    const running = runner.run(stop.signal);
    await until('the end of the journal', () => runner.lag().entries === 0 && runner.counters().batches > 0);
    stop.abort(new Error('done'));
    await running;
    const rollups = new MinuteRollups(journal, true);
    for (const entry of journal.entries) if (entry.kind === 'reading') rollups.add(entry);
    await first.writeMinutes(rollups.take().map(minuteLine), signal);
    await first.close();

    const [from, to] = [T0 + 17 * MINUTE_MS, T0 + 90 * MINUTE_MS];
    for (const [database, span] of [
      ['whole', { from: 0, to: 8e15 }],
      ['part', { from, to }],
    ] as const) {
      const second = store(database);
      for await (const { level, lines } of replay(journal, new JournalAlarmHistory(journal), span, signal)) {
        await (level === 'readings' ? second.write(lines, signal) : second.writeMinutes(lines, signal));
      }
      await second.close();
    }
    const all = await pointsOf('first');
    expect(all.map((rows) => rows.length > 100)).toEqual([true, true, true, true]);
    expect(await pointsOf('whole')).toEqual(all);
    expect(await pointsOf('part')).toEqual(await pointsOf('first', `WHERE time >= ${from}ms AND time < ${to}ms`));
  }, 60_000);
});
