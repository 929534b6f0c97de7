import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#kernel/errors.ts';
import { silentLogger } from '#kernel/log.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import { seededRandom } from '#kernel/random.ts';
import { hours, millis, minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { RefusedLine } from '#series/batch-delivery.ts';
import { JournalAlarmHistory } from '#series/journal-alarm-history.ts';
import { JournalFeed } from '#series/journal-feed.ts';
import { SeriesRunner, type SeriesRunnerOptions } from '#series/series-runner.ts';
import { StateCursor } from '#series/state-cursor.ts';
import { ListJournal, T0 } from './list-journal.ts';
import { denied, refused, TwinStore, unavailable } from './twin-store.ts';

/** A runner with everything around it in memory, on virtual time. */
class Rig {
  readonly journal = new ListJournal();
  readonly store = new TwinStore();
  readonly clock = new VirtualClock(T0);
  readonly cursor = new StateCursor(new MemoryStateStore());
  readonly quarantined: RefusedLine[] = [];
  readonly more: Partial<SeriesRunnerOptions>;
  runner: SeriesRunner;
  #stop = new AbortController();
  #running: Promise<void> | undefined;

  constructor(more: Partial<SeriesRunnerOptions> = {}) {
    this.more = more;
    this.runner = this.#make();
  }

  start(): void {
    this.runner = this.#make();
    this.#stop = new AbortController();
    this.#running = this.runner.run(this.#stop.signal);
  }

  /** Ends the runner as a program that is told to stop does. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('stop'));
    await this.#running;
  }

  addReadings(count: number): void {
    for (let i = 0; i < count; i += 1) this.journal.add({});
    this.runner.notify();
  }

  /** Lets time pass until everything is written. @throws when that takes more than a virtual hour. */
  async drain(): Promise<void> {
    for (let i = 0; i < 4_000 && this.runner.lag().entries > 0; i += 1) await this.clock.advance(seconds(1));
    expect(this.runner.lag().entries).toBe(0);
  }

  get saved(): number {
    return this.cursor.load('readings')?.offset ?? 0;
  }

  #make(): SeriesRunner {
    return new SeriesRunner({
      feed: new JournalFeed(this.journal, new JournalAlarmHistory(this.journal)),
      store: this.store,
      cursor: this.cursor,
      quarantine: (line) => void this.quarantined.push(line),
      clock: this.clock,
      random: seededRandom(1),
      log: silentLogger,
      ...this.more,
    });
  }
}

describe('the series runner', () => {
  it('writes every reading and moves its cursor', async () => {
    const rig = new Rig({ batchEntries: 10 });
    rig.addReadings(25);
    rig.start();
    await rig.drain();
    expect(rig.store.held.size).toBe(25);
    expect(rig.store.requests).toEqual([10, 10, 5]);
    expect(rig.saved).toBe(25);
    expect(rig.runner.counters()).toMatchObject({ linesWritten: 25, batches: 3, failures: 0, problem: null });
    await rig.stop();
  });

  it('wakes at a notice and lets readings gather for a moment', async () => {
    const rig = new Rig({ linger: millis(50) });
    rig.start();
    await rig.clock.advance(seconds(1));
    rig.addReadings(1);
    await rig.clock.advance(millis(30));
    rig.addReadings(2);
    await rig.clock.advance(millis(30));
    expect(rig.store.requests).toEqual([3]);
    await rig.stop();
  });

  it('finds readings even when no notice comes', async () => {
    const rig = new Rig();
    rig.start();
    await rig.clock.advance(seconds(1));
    rig.journal.add({});
    await rig.clock.advance(seconds(6));
    expect(rig.saved).toBe(1);
    await rig.stop();
  });

  it.each([
    ['cannot', unavailable],
    ['does not let it in', denied],
  ])('tries for hours while the store %s, loses nothing, and tells how far behind it is', async (_words, failure) => {
    const rig = new Rig({ batchEntries: 10 });
    rig.store.mood = () => {
      throw failure();
    };
    rig.addReadings(30);
    rig.start();
    await rig.clock.advance(hours(3));
    expect(rig.saved).toBe(0);
    expect(rig.quarantined).toEqual([]);
    expect(rig.runner.lag()).toEqual({ entries: 30, seconds: 3 * 3_600 - 1 });
    expect(rig.runner.counters().problem).toMatchObject({ code: failure().code });
    // Half a minute between tries at most, less a fifth by chance.
    expect(rig.store.requests.length).toBeGreaterThan(300);
    expect(rig.store.requests.length).toBeLessThan(600);
    rig.store.mood = () => {};
    await rig.drain();
    expect(rig.store.held.size).toBe(30);
    expect(rig.runner.lag()).toEqual({ entries: 0, seconds: 0 });
    expect(rig.runner.counters().problem).toBeNull();
    await rig.stop();
  });

  it('asks again no sooner than the server said', async () => {
    const rig = new Rig();
    const busy = new GatewayError('peer-unavailable', 'Write: 429 slow down', { retryAfterMs: 90_000 });
    rig.store.mood = () => {
      throw busy;
    };
    rig.addReadings(30);
    rig.start();
    await rig.clock.advance(seconds(85));
    expect(rig.store.requests).toHaveLength(1);
    rig.store.mood = () => {};
    await rig.clock.advance(seconds(10));
    expect(rig.store.held.size).toBe(30);
    await rig.stop();
  });

  it('quarantines only the line that is refused, and names it', async () => {
    const rig = new Rig();
    rig.store.mood = (lines) => {
      if (lines.some((line) => line.includes('seq=667i'))) throw refused('400 field type conflict');
    };
    rig.addReadings(1_000);
    rig.start();
    await rig.drain();
    expect(rig.store.held.size).toBe(999);
    expect(rig.quarantined).toEqual([
      {
        offset: 667,
        hub: 'hub-1',
        pump: 'pump-1',
        measurement: 'pump_reading',
        code: 'peer-refused',
        detail: 'Write: 400 field type conflict',
      },
    ]);
    expect(rig.saved).toBe(1_000);
    expect(rig.store.requests.length).toBeLessThan(25);
    await rig.stop();
  });

  it('makes requests smaller for a server that takes only small ones', async () => {
    const rig = new Rig();
    rig.store.mood = (lines) => {
      if (lines.length > 100) throw refused('413 too large');
    };
    rig.addReadings(1_000);
    rig.start();
    await rig.drain();
    expect(rig.store.held.size).toBe(1_000);
    expect(rig.quarantined).toEqual([]);
    await rig.stop();
  });

  it('makes requests smaller for a server that is too slow for large ones', async () => {
    const rig = new Rig();
    rig.store.mood = (lines) => {
      if (lines.length > 100) throw unavailable();
    };
    rig.addReadings(1_000);
    rig.start();
    await rig.drain();
    expect(rig.store.held.size).toBe(1_000);
    expect(rig.quarantined).toEqual([]);
    await rig.stop();
  });

  it('reads the next batch while one is being written', async () => {
    const rig = new Rig({ batchEntries: 10 });
    const reads: number[] = [];
    const readAfter = rig.journal.readAfter.bind(rig.journal);
    rig.journal.readAfter = (offset, limit) => {
      reads.push(offset);
      return readAfter(offset, limit);
    };
    rig.store.mood = () => rig.clock.sleep(seconds(1));
    rig.addReadings(30);
    rig.start();
    await rig.clock.advance(millis(500));
    await rig.clock.advance(millis(100));
    expect(reads).toEqual([0, 10]);
    expect(rig.saved).toBe(0);
    await rig.drain();
    await rig.stop();
  });

  it('stops in the middle of a write without moving its cursor, and goes on from there', async () => {
    const rig = new Rig({ batchEntries: 10 });
    rig.addReadings(20);
    rig.store.mood = (lines) =>
      lines.some((line) => line.includes('seq=11i')) ? rig.clock.sleep(hours(1)) : undefined;
    rig.start();
    await rig.clock.advance(seconds(1));
    await rig.clock.advance(seconds(1));
    const stopped = rig.stop();
    await rig.clock.advance(hours(1));
    await stopped;
    expect(rig.saved).toBe(10);
    rig.store.mood = () => {};
    rig.start();
    await rig.drain();
    expect(rig.store.held.size).toBe(20);
    await rig.stop();
  });

  it('writes again what was written when the cursor could not be saved, to no effect', async () => {
    const rig = new Rig();
    const save = rig.cursor.save.bind(rig.cursor);
    let full = true;
    rig.cursor.save = (...cursor) => {
      if (full) throw new Error('disk full');
      save(...cursor);
    };
    rig.addReadings(5);
    rig.start();
    await rig.clock.advance(seconds(1));
    expect(rig.runner.counters().problem).toEqual({ code: 'gateway-fault', detail: 'disk full' });
    full = false;
    await rig.clock.advance(seconds(40));
    expect(rig.store.requests.length).toBeGreaterThan(1);
    expect(rig.store.held.size).toBe(5);
    expect(rig.saved).toBe(5);
    await rig.stop();
  });

  it('opens the journal again at its cursor when reading ahead fails', async () => {
    const rig = new Rig({ batchEntries: 10 });
    const readAfter = rig.journal.readAfter.bind(rig.journal);
    let failing = 1;
    rig.journal.readAfter = (offset, limit) => {
      if (offset === 10 && failing-- > 0) throw new Error('disk read');
      return readAfter(offset, limit);
    };
    rig.addReadings(30);
    rig.start();
    await rig.drain();
    expect(rig.store.held.size).toBe(30);
    expect(rig.runner.counters().failures).toBe(1);
    await rig.stop();
  });

  it('writes all again when the store comes back without what it had', async () => {
    const rig = new Rig({ batchEntries: 10 });
    rig.journal.addStatus([{ id: 'pump-1', model: 'm' }]);
    rig.addReadings(40);
    rig.start();
    await rig.drain();
    const before = [...rig.store.held];
    rig.store.mood = () => {
      throw unavailable();
    };
    rig.addReadings(1);
    await rig.clock.advance(seconds(10));
    rig.store.held.clear();
    rig.store.mood = (lines) => {
      if (lines.some((line) => line.includes('seq=30i'))) throw denied();
    };
    await rig.clock.advance(minutes(2));
    expect(rig.runner.lag().entries).toBeGreaterThan(10);
    expect(rig.runner.counters().problem?.code).toBe('peer-denied');
    rig.store.mood = (lines) =>
      lines.some((line) => line.includes('seq=35i')) ? rig.clock.sleep(hours(1)) : undefined;
    await rig.clock.advance(minutes(1));
    expect(rig.runner.counters().problem?.detail).toContain('lost what was written');
    await rig.drain();
    expect(rig.runner.counters().problem).toBeNull();
    expect([...rig.store.held]).toEqual(expect.arrayContaining(before));
    expect(rig.store.held.size).toBe(before.length + 1);
    await rig.stop();
  });

  it.each([
    ['while there is nothing to write', false],
    ['while it was stopped', true],
  ])('finds that the store lost all %s', async (_words, stopped) => {
    const rig = new Rig();
    rig.addReadings(25);
    rig.start();
    await rig.drain();
    if (stopped) await rig.stop();
    rig.store.held.clear();
    if (stopped) rig.start();
    await rig.clock.advance(stopped ? seconds(1) : seconds(70));
    await rig.drain();
    expect(rig.store.held.size).toBe(25);
    await rig.stop();
  });

  it('does not begin again for points that the store never held, nor when it may not ask', async () => {
    for (const holds of [async () => false, () => Promise.reject(denied())]) {
      const rig = new Rig();
      rig.store.holds = holds;
      rig.addReadings(3);
      rig.start();
      await rig.drain();
      await rig.clock.advance(hours(1));
      rig.addReadings(2);
      await rig.drain();
      expect(rig.store.requests).toEqual([3, 2]);
      await rig.stop();
    }
  });

  it('begins again when its store was made anew before anything was seen to be in it', async () => {
    const rig = new Rig();
    rig.store.holds = async () => false;
    rig.addReadings(3);
    rig.start();
    await rig.drain();
    rig.store.held.clear();
    rig.runner.remade();
    await rig.clock.advance(seconds(10));
    await rig.drain();
    expect(rig.store.held.size).toBe(3);
    expect(rig.store.requests).toEqual([3, 3]);
    await rig.stop();
  });

  it('gives the same lines whenever it is stopped and started, models and alarms included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(4), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 7 }),
        async (story, batchEntries) => {
          const atOnce = new Rig({ batchEntries });
          const inPieces = new Rig({ batchEntries });
          for (const [i, step] of story.entries()) {
            for (const { journal } of [atOnce, inPieces]) {
              if (step === 0) journal.addStatus([{ id: 'pump-1', model: `model-${i % 3}` }]);
              else if (step === 1) journal.add({ alarms: [{ code: 'door-open' }] });
              else if (step === 2) journal.add({ alarms: [], atMs: T0 + i * 100 });
              else journal.add({ alarms: [] });
            }
            if (step === 4) {
              inPieces.start();
              await inPieces.drain();
              await inPieces.stop();
            }
          }
          for (const rig of [atOnce, inPieces]) {
            rig.start();
            await rig.drain();
            await rig.stop();
          }
          expect([...inPieces.store.held].sort()).toEqual([...atOnce.store.held].sort());
        },
      ),
      { numRuns: 50 },
    );
  });

  it('brings every line into the store or into quarantine, whatever the store does', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('fine', 'busy', 'lost answer'), { maxLength: 40 }),
        fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
        async (moods, bad) => {
          const rig = new Rig({ batchEntries: 16 });
          const coming = [...moods];
          rig.store.mood = (lines) => {
            const mood = coming.shift() ?? 'fine';
            if (mood === 'busy') throw unavailable();
            const badLine = (line: string) => bad.some((seq) => line.includes(`seq=${seq}i`));
            // As InfluxDB does: the good lines of a refused batch may be in all the same.
            for (const line of lines.filter((one) => !badLine(one))) rig.store.held.add(line);
            if (mood === 'lost answer') throw unavailable();
            if (lines.some(badLine)) throw refused();
          };
          rig.addReadings(60);
          rig.start();
          await rig.drain();
          await rig.stop();
          expect(rig.store.held.size).toBe(60 - bad.length);
          expect(rig.quarantined.map((line) => line.offset)).toEqual([...bad].sort((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });
});
