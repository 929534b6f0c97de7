import { appendFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { hours, millis, minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { NetworkFaults } from '#simulator/disturbance.ts';
import { Hub } from '#simulator/hub.ts';
import type { HubEvent, HubOptions } from '#simulator/hub-options.ts';
import { MemoryBroker } from '#simulator/memory-broker.ts';
import { FileReadingStore } from '#simulator/reading-store.ts';
import { seededUuid } from '#simulator/seeds.ts';
import { TempDir } from '#support/temp-dir.ts';

const START = Date.UTC(2026, 0, 5);

function rig(more: Partial<HubOptions> = {}) {
  const clock = new VirtualClock(START);
  const random = seededRandom(3);
  const broker = new MemoryBroker(clock);
  const events: HubEvent[] = [];
  const hub = new Hub({
    id: 'h1',
    firmware: 'twin-1',
    pumps: [{ id: 'p1' }],
    transport: broker,
    clock,
    random,
    newBoot: () => seededUuid(random),
    onEvent: (event) => events.push(event),
    ...more,
  });
  const record = (count = 1) => {
    for (let i = 0; i < count; i += 1) hub.record('p1', { state: 'infusing', rateMlH: 10, alarms: [] });
  };
  const messages = () => broker.messages.filter(({ topic }) => topic.endsWith('/readings'));
  const whole = () => messages().flatMap(({ payload }) => parsed(payload));
  const seqs = () => whole().flatMap(({ readings }) => readings.map(({ seq }) => seq));
  return { clock, broker, hub, events, record, messages, whole, seqs };
}

interface Message {
  readonly boot: string;
  readonly readings: readonly { readonly seq: number; readonly at: number }[];
}

/** A torn payload is no message. */
function parsed(payload: string): Message[] {
  try {
    const message: Message = JSON.parse(payload);
    return [message];
  } catch {
    return [];
  }
}

describe('store and forward', () => {
  it('keeps 72 hours at a reading each ten seconds, and all of it arrives in order', async () => {
    const { clock, hub, record, seqs } = rig();
    for (let i = 0; i < 72 * 360; i += 1) record();
    expect(hub.waiting).toBe(25_920);
    hub.start();
    await clock.advance(seconds(10));
    expect(hub.waiting).toBe(0);
    expect(seqs()).toEqual(Array.from({ length: 25_920 }, (_, i) => i));
  });

  it('gives up the oldest when its memory ends, and says so', async () => {
    const { clock, hub, record, seqs, events } = rig({ historyLimit: 640 });
    record(1_000);
    expect(hub.waiting).toBeLessThanOrEqual(650);
    const lost = events.reduce((sum, event) => sum + (event.kind === 'given-up' ? event.readings : 0), 0);
    expect(lost + hub.waiting).toBe(1_000);
    hub.start();
    await clock.advance(seconds(10));
    expect(seqs().at(-1)).toBe(999);
    expect(seqs()[0]).toBe(lost);
  });

  it('on disk lives through a power cut: the old boot is sent under its old name, then the new one', async () => {
    using dir = new TempDir();
    const { clock, hub, record, whole } = rig({ store: new FileReadingStore(dir.path, 1_000) });
    const old = hub.boot;
    record(5);
    hub.restart();
    record(2);
    await clock.advance(seconds(5));
    expect(whole().map(({ boot, readings }) => [boot === old, readings.map(({ seq }) => seq)])).toEqual([
      [true, [0, 1, 2, 3, 4]],
      [false, [0, 1]],
    ]);
  });

  it('on disk lives through the end of the program, a torn last line included, and nothing is sent twice', async () => {
    using dir = new TempDir();
    const first = rig({ store: new FileReadingStore(dir.path, 1_000) });
    first.hub.start();
    first.record(3);
    await first.clock.advance(seconds(5));
    first.hub.cut();
    first.record(4);
    appendFileSync(dir.file('p1.jsonl'), '["half a li');
    const second = rig({ store: new FileReadingStore(dir.path, 1_000) });
    expect(second.hub.waiting).toBe(4);
    second.hub.start();
    await second.clock.advance(seconds(5));
    expect(second.whole().map(({ boot }) => boot)).toEqual([first.hub.boot]);
    expect(second.seqs()).toEqual([3, 4, 5, 6]);
    expect(rig({ store: new FileReadingStore(dir.path, 1_000) }).hub.waiting).toBe(0);
  });

  it('on disk can be asked again for what an earlier boot sent', async () => {
    using dir = new TempDir();
    const { clock, hub, record, broker, seqs } = rig({ store: new FileReadingStore(dir.path, 1_000) });
    hub.start();
    const old = hub.boot;
    record(5);
    await clock.advance(seconds(5));
    hub.restart();
    await clock.advance(seconds(5));
    broker.messages.length = 0;
    broker.send('infusion/v1/h1/command', JSON.stringify({ type: 'resend', pump: 'p1', boot: old, from: 1, to: 3 }));
    await clock.advance(seconds(5));
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('without power it reads nothing, and begins a new boot when plugged in', async () => {
    const { clock, hub, record, whole } = rig();
    hub.start();
    record(2);
    await clock.advance(seconds(5));
    const old = hub.boot;
    hub.unplug();
    expect(hub.powered).toBe(false);
    await clock.advance(minutes(5));
    expect(hub.online).toBe(false);
    hub.plug();
    record();
    await clock.advance(seconds(5));
    expect(hub.boot).not.toBe(old);
    expect(whole().at(-1)).toMatchObject({ boot: hub.boot, readings: [{ seq: 0 }] });
  });
});

describe("the hub's clock", () => {
  it('is off, drifts, and is set', async () => {
    const { clock, hub, record, whole } = rig({ clockOffsetMs: -500, clockDriftPpm: 100 });
    hub.start();
    record();
    await clock.advance(hours(1));
    record();
    hub.stepClock(7_200_000);
    record();
    await clock.advance(seconds(5));
    const [first, drifted, stepped] = whole().flatMap(({ readings }) => readings.map(({ at }) => at - START));
    expect(first).toBe(-500);
    expect(drifted).toBe(3_600_000 - 500 + 360);
    expect(stepped).toBe(3_600_000 - 500 + 360 + 7_200_000);
  });
});

describe('a bad network', () => {
  async function through(faults: NetworkFaults, count = 300) {
    const made = rig({ networkRandom: seededRandom(9), ackTimeout: seconds(2) });
    const { clock, hub, record } = made;
    hub.start();
    await clock.advance(seconds(1));
    hub.disturb(faults);
    for (let i = 0; i < count; i += 1) {
      record();
      await clock.advance(millis(200));
    }
    hub.disturb({});
    await clock.advance(minutes(10));
    const told = made.events.flatMap((event) => (event.kind === 'disturbed' ? [event] : []));
    return { ...made, told };
  }
  const all = Array.from({ length: 300 }, (_, i) => i);

  it('that loses: all arrives in the end', async () => {
    const { hub, seqs, told } = await through({ losePct: 10 });
    expect(hub.waiting).toBe(0);
    expect([...new Set(seqs())].sort((a, b) => a - b)).toEqual(all);
    expect(new Set(told.map(({ what }) => what))).toEqual(new Set(['lost', 'acknowledgement-lost']));
  });

  it('that repeats: some arrive twice, and the truth tells which', async () => {
    const { seqs, told } = await through({ duplicatePct: 20 });
    const twice = seqs().filter((seq, i, every) => every.indexOf(seq) !== i);
    expect(twice.length).toBeGreaterThan(20);
    expect(twice).toEqual(told.flatMap(({ from, to }) => all.slice(from, to + 1)));
  });

  it('that reorders: newer readings overtake older ones, and none is missing', async () => {
    const { clock, hub, record, seqs, events } = rig({ networkRandom: seededRandom(9) });
    hub.disturb({ reorderPct: 50 });
    record(40);
    hub.start();
    await clock.advance(seconds(10));
    expect(seqs()).not.toEqual(all.slice(0, 40));
    expect([...new Set(seqs())].sort((a, b) => a - b)).toEqual(all.slice(0, 40));
    expect(events.some((event) => event.kind === 'disturbed' && event.what === 'reordered')).toBe(true);
  });

  it('that tears: what is gone is in the truth, and comes when asked for', async () => {
    const { clock, broker, hub, seqs, told, messages } = await through({ tornPct: 10 });
    const gone = told.flatMap(({ from, to }) => all.slice(from, to + 1));
    expect(gone.length).toBeGreaterThan(10);
    expect(messages().filter(({ payload }) => parsed(payload).length === 0)).toHaveLength(told.length);
    expect(all.filter((seq) => !seqs().includes(seq))).toEqual(gone);
    for (const seq of gone) {
      const command = { type: 'resend', pump: 'p1', boot: hub.boot, from: seq, to: seq };
      broker.send('infusion/v1/h1/command', JSON.stringify(command));
    }
    await clock.advance(seconds(10));
    expect([...new Set(seqs())].sort((a, b) => a - b)).toEqual(all);
  });
});
