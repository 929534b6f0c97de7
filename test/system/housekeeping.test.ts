import { beforeEach, describe, expect, it } from 'vitest';
import { keepHouse } from '#gateway/housekeeping.ts';
import { MemoryJournal } from '#journal/memory-journal.ts';
import { silentLogger } from '#kernel/log.ts';
import { days, hours } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { HeldRange } from '#model/held-range.ts';
import { reading, readingsMessage, T0 } from '#support/hub-messages.ts';

const DAY = days(1);
const NOW = T0 + 500 * DAY;

let clock: VirtualClock;
let journal: MemoryJournal;
let held: readonly HeldRange[];
let failing: boolean;
let seq: number;

/** A reading by each of three hubs, by their own clocks. */
function arrive(at: number, receivedAt = at): void {
  for (const hub of ['a', 'b', 'c']) {
    journal.append([readingsMessage(hub, `pump-${hub}`, 'boot', [reading(seq, { at })], receivedAt)]);
    seq += 1;
  }
  journal.saveCursor('alerts', journal.lastOffset());
}

function keep(wall: number): void {
  clock = new VirtualClock(wall);
  keepHouse(
    clock,
    silentLogger,
    { days: 400, consumers: ['alerts'] },
    {
      writer: { retain: async (...of) => journal.retain(...of), hold: async (ranges) => journal.hold(ranges) },
      reader: journal,
    },
    async () => {
      if (failing) throw new Error('the benefit cannot be read');
      return held;
    },
  );
}

const left = (): number => journal.readAfter(0, 10_000).length;

beforeEach(() => {
  journal = new MemoryJournal();
  held = [];
  failing = false;
  seq = 0;
  for (let day = 0; day < 500; day += 1) arrive(T0 + day * DAY);
});

describe('housekeeping of the journal', () => {
  it('removes what is older than the plan keeps, every hour', async () => {
    keep(NOW);
    await clock.advance(hours(1));
    expect(left()).toBe(3 * 400);
    arrive(NOW + DAY);
    await clock.advance(days(1));
    expect(left()).toBe(3 * (400 - 2 + 1));
  });

  it('does not believe a clock of the gateway that is years ahead of the journal', async () => {
    keep(NOW + 3_650 * DAY);
    await clock.advance(hours(5));
    expect(left()).toBe(3 * 400);
  });

  it('nor when that clock has stamped what came in since: hubs know better', async () => {
    const wrong = NOW + 300 * DAY;
    for (let minute = 0; minute < 50; minute += 1) arrive(NOW + minute * 60_000, wrong + minute * 60_000);
    keep(wrong);
    await clock.advance(hours(2));
    expect(left()).toBe(3 * (398 + 50));
  });

  it('nor one hub that is ahead with it', async () => {
    const wrong = NOW + 300 * DAY;
    arrive(NOW, wrong);
    journal.append([readingsMessage('a', 'pump-a', 'boot', [reading(seq, { at: wrong })], wrong)]);
    journal.saveCursor('alerts', journal.lastOffset());
    keep(wrong);
    await clock.advance(hours(1));
    expect(left()).toBe(3 * (399 + 1) + 1);
  });

  it('keeps what is held while it is held', async () => {
    held = [{ pump: 'pump-b', fromMs: T0 + 10 * DAY, toMs: T0 + 20 * DAY }];
    keep(NOW);
    await clock.advance(hours(2));
    expect(left()).toBe(3 * 400 + 10);
    held = [];
    await clock.advance(days(1));
    expect(left()).toBe(3 * 400 + 10 - 10);
  });

  it('removes nothing while it cannot be told what is held', async () => {
    failing = true;
    keep(NOW);
    await clock.advance(hours(3));
    expect(left()).toBe(1_500);
    failing = false;
    await clock.advance(hours(1));
    expect(left()).toBe(3 * 400);
  });

  it('of an empty journal is nothing to do', async () => {
    journal = new MemoryJournal();
    keep(NOW);
    await clock.advance(hours(2));
    expect(left()).toBe(0);
  });
});
