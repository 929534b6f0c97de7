import { describe, expect, it } from 'vitest';
import { seededRandom } from '#kernel/random.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { Fleet } from '#simulator/fleet.ts';
import { MemoryBroker } from '#simulator/memory-broker.ts';
import { seededUuid } from '#simulator/seeds.ts';
import { demoStory } from '#simulator/stories/demo.ts';
import { quietFleet } from '#simulator/stories/quiet-fleet.ts';
import { expand, parseStory, type Story } from '#simulator/story.ts';
import type { TruthLine } from '#simulator/truth.ts';

const START = Date.UTC(2026, 0, 5, 12);

interface Wire {
  readonly seq: number;
  readonly at: number;
  readonly state: string;
  readonly alarms?: readonly string[];
  readonly pressure_mmhg?: number;
  readonly infused_ml?: number;
}

async function play(story: Story, forS: number, seed = 1) {
  const clock = new VirtualClock(START);
  const broker = new MemoryBroker(clock);
  const truth: TruthLine[] = [];
  const random = seededRandom(seed);
  const fleet = new Fleet({
    story,
    clock,
    seed,
    transport: broker,
    newBoot: () => seededUuid(random),
    idRandom: random,
    truth: (line) => truth.push(line),
  });
  fleet.start();
  await clock.advance(seconds(forS));
  const stopped = fleet.stop();
  await clock.advance(seconds(10));
  await stopped;
  const readings = (pump: string): Wire[] =>
    broker.messages
      .filter(({ topic }) => topic.endsWith(`/${pump}/readings`))
      .flatMap(({ payload }): Wire[] => JSON.parse(payload).readings);
  return { broker, truth, readings, bytes: broker.messages.map(({ topic, payload }) => topic + payload).join('\n') };
}

const alarmAt = (readings: readonly Wire[], code: string): number =>
  ((readings.find(({ alarms }) => alarms?.includes(code))?.at ?? Number.NaN) - START) / 1_000;

describe('the demo story', () => {
  it('unfolds within minutes: a block, an empty bag, a dark hub, a visit', async () => {
    const { readings, broker, truth } = await play(demoStory, 300);

    const blocked = readings('pump-01');
    const alarm = alarmAt(blocked, 'occlusion-downstream');
    expect(alarm).toBeGreaterThan(35);
    expect(alarm).toBeLessThan(55);
    const rising = blocked.filter(({ at }) => at >= START + 20_000 && at < START + alarm * 1_000);
    expect(rising.length).toBeGreaterThanOrEqual(8);
    expect(rising.at(-1)?.pressure_mmhg).toBeGreaterThan(700);
    expect(rising[0]?.pressure_mmhg).toBeLessThan(200);
    expect(blocked.at(-1)).toMatchObject({ state: 'infusing', alarms: [] });

    const empty = alarmAt(readings('pump-03'), 'reservoir-empty');
    expect(Math.abs(empty - 90)).toBeLessThan(10);
    expect(readings('pump-03').at(-1)).toMatchObject({ state: 'infusing', alarms: [] });

    const statuses = broker.messages.filter(({ topic }) => topic === 'infusion/v1/hub-03/status');
    expect(statuses.map(({ payload, will }) => [JSON.parse(payload).state, will])).toEqual([
      ['online', false],
      ['offline', true],
      ['online', false],
      ['offline', false],
    ]);
    const kept = readings('pump-04').filter(({ at }) => at > START + 50_000 && at < START + 145_000);
    expect(kept.length).toBeGreaterThan(40);

    const visit = readings('pump-06').map(({ state }) => state);
    expect([...new Set(visit)]).toEqual(['infusing', 'paused', 'priming']);
    expect(visit.at(-1)).toBe('infusing');

    for (const pump of demoStory.hubs.flatMap((hub) => hub.pumps)) {
      const made = readings(pump.id);
      expect(made.map(({ seq }) => seq)).toEqual(made.map((_, i) => i));
      expect(truth).toContainEqual(expect.objectContaining({ cause: 'end', pump: pump.id, readings: made.length }));
    }
    expect(readings('pump-02').every(({ state, alarms }) => state === 'infusing' && alarms?.length === 0)).toBe(true);
    expect(readings('pump-05').every(({ alarms }) => alarms?.length === 0)).toBe(true);
  });

  it('tells the truth of the block: the story, the alarm with the true pressure', async () => {
    const { truth } = await play(demoStory, 60);
    const mine = truth.filter((line) =>
      'pump' in line ? line.pump === 'pump-01' : 'pump' in line.story && line.story.pump === 'pump-01',
    );
    expect(mine).toMatchObject([
      { cause: 'story', at: START, story: { event: 'start' } },
      { cause: 'story', at: START + 20_000, story: { event: 'occlude' } },
      { cause: 'pump', event: 'alarm', code: 'occlusion-downstream', hub: 'hub-01' },
      { cause: 'end', patient_ml: expect.any(Number) },
    ]);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const [first, second, other] = [
      await play(demoStory, 200),
      await play(demoStory, 200),
      await play(demoStory, 200, 2),
    ];
    expect(first.bytes).toBe(second.bytes);
    expect(first.truth).toEqual(second.truth);
    expect(first.bytes).not.toBe(other.bytes);
  });

  it('comes round again, and between the rounds is quiet', async () => {
    const { readings } = await play({ ...demoStory, intervalS: 30 }, 9 * 3_600);
    const onsets = readings('pump-01').filter(
      ({ alarms }, i, all) =>
        alarms?.includes('occlusion-downstream') && !all[i - 1]?.alarms?.includes('occlusion-downstream'),
    );
    expect(onsets.length).toBeGreaterThan(15);
    const others = ['pump-02', 'pump-04', 'pump-05'].flatMap(readings);
    expect(new Set(others.flatMap(({ alarms }) => alarms ?? []))).toEqual(new Set());
    // A dose that ends is told in advance.
    expect(new Set(readings('pump-06').flatMap(({ alarms }) => alarms ?? []))).toEqual(new Set(['near-end']));
  });
});

describe('a quiet fleet', () => {
  it('has as many hubs and pumps as asked for, all running', async () => {
    const story = quietFleet({ hubs: 3, pumpsPerHub: 5, intervalS: 10, seed: 4 });
    const { broker } = await play(story, 60);
    const topics = new Set(broker.messages.map(({ topic }) => topic).filter((topic) => topic.endsWith('/readings')));
    expect(topics.size).toBe(15);
    const alarms = broker.messages
      .flatMap(({ payload }) => JSON.parse(payload).readings ?? [])
      .flatMap(({ alarms: set }) => set);
    expect(alarms).toEqual([]);
  });

  it('is as large as wanted', () => {
    const story = quietFleet({ hubs: 2_500, pumpsPerHub: 4, intervalS: 10, seed: 4, prefix: 'a-' });
    expect(story.hubs[2_499]?.pumps[3]?.id).toBe('a-pump-10000');
    expect(() => parseStory(JSON.stringify({ ...story, hubs: story.hubs.slice(0, 2), events: [] }))).not.toThrow();
  });
});

describe('a story from a file', () => {
  it('is the same as one in code', () => {
    expect(parseStory(JSON.stringify(demoStory))).toEqual(demoStory);
  });

  it('is refused with every problem named', () => {
    const bad = { ...demoStory, intervalS: 0, events: [{ at: 1, pump: 'pump-01', event: 'explode' }], extra: 1 };
    expect(() => parseStory(JSON.stringify(bad))).toThrow(/intervalS/);
    const lost = {
      ...demoStory,
      cycles: [],
      events: [
        { at: 1, pump: 'nobody', event: 'pause' },
        { at: 1, hub: 'none', event: 'offline' },
      ],
    };
    expect(() => parseStory(JSON.stringify(lost))).toThrow(/no pump nobody[\s\S]*no hub none/);
  });

  it('writes a visit out as what the nurse does, in order', () => {
    const events = expand([
      { at: 100, pump: 'p', event: 'nurse-visit' },
      { at: 110, pump: 'p', event: 'battery', pct: 50, onMains: false },
    ]);
    expect(events.map(({ event }) => event)).toEqual(['pause', 'battery', 'flush', 'resume']);
  });
});

describe('every event of a story', () => {
  it('does what it says to its pump', async () => {
    const pumps = [{ id: 'p', model: 'infusomat-space', serial: 's' }];
    const story: Story = {
      title: 'all',
      hubs: [{ id: 'h', pumps, clockOffsetMs: 60_000 }],
      intervalS: 1,
      events: [
        { at: 0, pump: 'p', event: 'start', therapy: 'tpn' },
        { at: 10, pump: 'p', event: 'fault', code: 'air-in-line' },
        { at: 20, pump: 'p', event: 'resume' },
        { at: 30, pump: 'p', event: 'battery', pct: 2, onMains: false },
        { at: 40, pump: 'p', event: 'battery', pct: 100, onMains: true },
        { at: 50, hub: 'h', event: 'restart' },
        { at: 60, pump: 'p', event: 'stop' },
      ],
    };
    const { readings, broker } = await play(story, 70);
    const seen = readings('p').map(({ state, alarms }) => [state, ...(alarms ?? [])].join(' '));
    expect(seen.filter((each, i) => each !== seen[i - 1])).toEqual([
      'infusing',
      'stopped air-in-line',
      'infusing',
      'infusing battery-low',
      'infusing',
      'standby',
    ]);
    expect(readings('p').filter(({ seq }) => seq === 0)).toHaveLength(2);
    expect(readings('p')[0]?.at).toBeGreaterThanOrEqual(START + 60_000);
    expect(broker.retained.size).toBe(1);
  });
});
