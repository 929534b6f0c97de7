import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { millis, minutes, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { Hub } from '#simulator/hub.ts';
import type { HubEvent } from '#simulator/hub-options.ts';
import { type Fate, MemoryBroker } from '#simulator/memory-broker.ts';
import { seededUuid } from '#simulator/seeds.ts';

const START = Date.UTC(2026, 0, 5);
const STATUS = 'infusion/v1/h1/status';
const READINGS = 'infusion/v1/h1/p1/readings';

function rig(fate?: (topic: string, payload: string) => Fate, seed = 1) {
  const clock = new VirtualClock(START);
  const random = seededRandom(seed);
  const broker = new MemoryBroker(clock, fate ? { fate } : {});
  const events: HubEvent[] = [];
  const hub = new Hub({
    id: 'h1',
    firmware: 'twin-1',
    pumps: [{ id: 'p1', model: 'infusomat-space', serial: 's1' }, { id: 'p2' }],
    transport: broker,
    clock,
    random,
    newBoot: () => seededUuid(random),
    onEvent: (event) => events.push(event),
  });
  const record = (count: number, pump = 'p1') => {
    for (let i = 0; i < count; i += 1) hub.record(pump, { state: 'infusing', rateMlH: 10, alarms: [] });
  };
  const batches = (topic = READINGS) =>
    broker.messages
      .filter((message) => message.topic === topic)
      .map((message): { boot: string; readings: { seq: number; at: number }[] } => JSON.parse(message.payload));
  const seqs = (topic = READINGS) => batches(topic).flatMap(({ readings }) => readings.map(({ seq }) => seq));
  return { clock, broker, hub, events, record, batches, seqs };
}

describe('a hub', () => {
  it('says online with its pumps, retained, before anything else', async () => {
    const { clock, broker, hub, record } = rig();
    record(3);
    hub.start();
    await clock.advance(seconds(1));
    expect(broker.messages[0]).toMatchObject({ topic: STATUS, retain: true, will: false });
    expect(JSON.parse(broker.retained.get(STATUS) ?? '{}')).toEqual({
      state: 'online',
      boot: hub.boot,
      at: START + 5,
      firmware: 'twin-1',
      pumps: [{ id: 'p1', model: 'infusomat-space', serial: 's1' }, { id: 'p2' }],
    });
    expect(broker.messages[1]).toMatchObject({ topic: READINGS, retain: false });
    expect(hub.waiting).toBe(0);
  });

  it('leaves politely: offline retained, no will', async () => {
    const { clock, broker, hub } = rig();
    hub.start();
    await clock.advance(seconds(1));
    const stopped = hub.stop();
    await clock.advance(seconds(1));
    await stopped;
    expect(broker.messages.at(-1)).toMatchObject({ topic: STATUS, retain: true, will: false });
    expect(JSON.parse(broker.retained.get(STATUS) ?? '{}')).toMatchObject({ state: 'offline', boot: hub.boot });
  });

  it('is declared offline by its will when the link is cut, and comes back with its backlog, oldest first', async () => {
    const { clock, broker, hub, record, seqs, batches } = rig();
    hub.start();
    await clock.advance(seconds(1));
    hub.cut();
    expect(broker.messages.at(-1)).toMatchObject({ topic: STATUS, retain: true, will: true });
    expect(JSON.parse(broker.retained.get(STATUS) ?? '{}')).toMatchObject({ state: 'offline' });
    for (let i = 0; i < 1_201; i += 1) {
      record(1);
      await clock.advance(millis(100));
    }
    expect(hub.waiting).toBe(1_201);
    hub.start();
    await clock.advance(seconds(1));
    expect(seqs()).toEqual(Array.from({ length: 1_201 }, (_, i) => i));
    expect(batches().map(({ readings }) => readings.length)).toEqual([500, 500, 201]);
    expect(hub.waiting).toBe(0);
    const back = broker.messages.findLastIndex(({ topic }) => topic === STATUS);
    expect(broker.messages.slice(back + 1).every(({ topic }) => topic === READINGS)).toBe(true);
    expect(broker.messages.every(({ payload }) => Buffer.byteLength(payload) <= 256 * 1024)).toBe(true);
  });

  it('sends again what was stored but not acknowledged, byte for byte', async () => {
    let lose = true;
    const { clock, broker, hub, record } = rig((topic) => {
      if (topic !== READINGS || !lose) return 'acknowledge';
      lose = false;
      return 'lose-acknowledgement';
    });
    hub.start();
    await clock.advance(seconds(1));
    record(1);
    await clock.advance(seconds(5));
    const sent = broker.messages.filter(({ topic }) => topic === READINGS).map(({ payload }) => payload);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
  });

  it('sends no reading before its status is acknowledged', async () => {
    let lost = 0;
    const { clock, broker, hub, record } = rig((topic) => {
      if (topic !== STATUS || lost === 3) return 'acknowledge';
      lost += 1;
      return 'lose-message';
    });
    hub.start();
    for (let i = 0; i < 2_000; i += 1) {
      record(1);
      await clock.advance(millis(2));
    }
    await clock.advance(seconds(20));
    expect(lost).toBe(3);
    const [first, second] = broker.messages.filter(({ will }) => !will);
    expect(first).toMatchObject({ topic: STATUS });
    expect(second).toMatchObject({ topic: READINGS });
    expect(hub.waiting).toBe(0);
  });

  it('breaks a link on which the acknowledgement does not come', async () => {
    const clock = new VirtualClock(START);
    const broker = new MemoryBroker(clock);
    let silent = false;
    let opened = 0;
    const hub = new Hub({
      id: 'h1',
      firmware: 'f',
      pumps: [{ id: 'p1' }],
      clock,
      random: seededRandom(1),
      newBoot: () => 'b1',
      transport: {
        async open(request, signal) {
          opened += 1;
          const link = await broker.open(request, signal);
          return {
            publish: (...message) => (silent ? new Promise(() => {}) : link.publish(...message)),
            close: () => link.close(),
            cut: () => link.cut(),
          };
        },
      },
    });
    hub.start();
    await clock.advance(seconds(1));
    silent = true;
    hub.record('p1', { state: 'infusing' });
    await clock.advance(seconds(29));
    expect(opened).toBe(1);
    silent = false;
    await clock.advance(seconds(10));
    expect(opened).toBe(2);
    expect(hub.waiting).toBe(0);
  });

  it('keeps trying with growing intervals while nobody answers, and tells', async () => {
    const { clock, broker, hub, events } = rig();
    broker.down = true;
    hub.start();
    await clock.advance(minutes(10));
    const failures = events.filter((event) => event.kind === 'cannot-connect');
    expect(failures.length).toBeGreaterThan(15);
    expect(failures.length).toBeLessThan(60);
    broker.down = false;
    await clock.advance(minutes(1));
    expect(hub.online).toBe(true);
  });

  it('starts a new boot with numbers from 0', async () => {
    const { clock, hub, record, batches } = rig();
    hub.start();
    record(2);
    await clock.advance(seconds(1));
    const first = hub.boot;
    hub.restart();
    record(2);
    await clock.advance(seconds(5));
    expect(hub.boot).not.toBe(first);
    expect(batches().map(({ boot, readings }) => [boot, readings.map(({ seq }) => seq)])).toEqual([
      [first, [0, 1]],
      [hub.boot, [0, 1]],
    ]);
  });

  it('dates readings by its own clock', async () => {
    const clock = new VirtualClock(START);
    const broker = new MemoryBroker(clock);
    const hub = new Hub({
      id: 'h1',
      firmware: 'f',
      pumps: [{ id: 'p1' }],
      transport: broker,
      clock,
      random: seededRandom(1),
      newBoot: () => 'b1',
      clockOffsetMs: -7_200_000,
    });
    hub.start();
    hub.record('p1', { state: 'infusing' });
    await clock.advance(seconds(1));
    expect(JSON.parse(broker.messages.at(-1)?.payload ?? '')).toMatchObject({ readings: [{ at: START - 7_200_000 }] });
  });
});

describe('commands to a hub', () => {
  it('sends a range again, and its status when pinged', async () => {
    const { clock, broker, hub, record, seqs } = rig();
    hub.start();
    record(20);
    await clock.advance(seconds(1));
    const command = { type: 'resend', pump: 'p1', boot: hub.boot, from: 5, to: 7 };
    broker.send('infusion/v1/h1/command', JSON.stringify(command));
    await clock.advance(seconds(1));
    expect(seqs()).toEqual([...Array.from({ length: 20 }, (_, i) => i), 5, 6, 7]);
    const before = broker.messages.length;
    broker.send('infusion/v1/h1/command', JSON.stringify({ type: 'ping', id: 'x' }));
    await clock.advance(seconds(1));
    expect(broker.messages.slice(before)).toMatchObject([{ topic: STATUS, retain: true }]);
  });

  it('answers for what it remembers only: not another boot, not the unknown', async () => {
    const { clock, broker, hub, record, events } = rig();
    hub.start();
    record(2);
    await clock.advance(seconds(1));
    const before = broker.messages.length;
    for (const text of [
      JSON.stringify({ type: 'resend', pump: 'p1', boot: 'other', from: 0, to: 1 }),
      JSON.stringify({ type: 'resend', pump: 'p9', boot: hub.boot, from: 0, to: 1 }),
      JSON.stringify({ type: 'resend', pump: 'p1', boot: hub.boot, from: 4, to: 1 }),
      JSON.stringify({ type: 'set-rate', rate: 3 }),
      '{',
      'null',
    ]) {
      broker.send('infusion/v1/h1/command', text);
    }
    await clock.advance(seconds(1));
    expect(broker.messages).toHaveLength(before);
    expect(events.filter(({ kind }) => kind === 'bad-command')).toHaveLength(4);
  });
});

describe('whatever the network does', () => {
  it('nothing is lost and the numbers have no gap', async () => {
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.record({ do: fc.constant('record' as const), n: fc.integer({ min: 1, max: 40 }) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), n: fc.integer({ min: 1, max: 4_000 }) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('cut', 'start', 'broker-cut'), n: fc.constant(0) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.integer(), async (acts, seed) => {
        const chance = seededRandom(seed);
        let calm = false;
        const { clock, broker, hub, record, seqs } = rig(() => {
          const roll = chance();
          if (calm || roll > 0.3) return 'acknowledge';
          return roll > 0.15 ? 'lose-message' : 'lose-acknowledgement';
        }, seed);
        let total = 0;
        hub.start();
        for (const each of acts) {
          if (each.do === 'record') {
            record(each.n);
            total += each.n;
          } else if (each.do === 'wait') await clock.advance(millis(each.n));
          else if (each.do === 'cut') hub.cut();
          else if (each.do === 'start') hub.start();
          else broker.cutAll();
        }
        calm = true;
        hub.start();
        await clock.advance(minutes(2));
        expect(hub.waiting).toBe(0);
        const first = new Map<number, number>();
        for (const [index, seq] of seqs().entries()) if (!first.has(seq)) first.set(seq, index);
        expect([...first.keys()]).toEqual(Array.from({ length: total }, (_, i) => i));
      }),
      { numRuns: 60 },
    );
  });
});
