import { describe, expect, it } from 'vitest';
import { millis, seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { Fleet } from '#simulator/fleet.ts';
import { MemoryBroker } from '#simulator/memory-broker.ts';
import { readingText } from '#simulator/reading-text.ts';
import { ScaledClock } from '#simulator/scaled-clock.ts';
import { seededIds, simulate } from '#simulator/simulate.ts';
import { stories } from '#simulator/stories/index.ts';
import { mixedFleet } from '#simulator/stories/mixed-fleet.ts';
import type { Story } from '#simulator/story.ts';
import { type TruthLine, truthText } from '#simulator/truth.ts';

const START_MS = Date.UTC(2026, 0, 5, 12);

interface Record {
  readonly readings: string;
  readonly truth: string;
}

/** What the network did depends on its speed; all else must not. */
const worldly = (lines: readonly TruthLine[]): string =>
  lines
    .filter(({ cause }) => cause !== 'network')
    .map(truthText)
    .join('');

function atOnce(story: Story, durationS: number, seed: number): Record {
  let readings = '';
  const truth: TruthLine[] = [];
  simulate({
    story,
    seed,
    startMs: START_MS,
    durationS,
    onReading: (...made) => {
      readings += readingText(...made);
    },
    truth: (line) => truth.push(line),
  });
  return { readings, truth: worldly(truth) };
}

async function onClock(story: Story, durationS: number, seed: number, speed: number): Promise<Record> {
  const real = new VirtualClock(START_MS + 5_000);
  let readings = '';
  const truth: TruthLine[] = [];
  const fleet = new Fleet({
    story,
    seed,
    transport: new MemoryBroker(real),
    clock: new ScaledClock(real, speed),
    linkClock: real,
    startMs: START_MS,
    untilS: durationS,
    ...seededIds(seed, START_MS),
    onReading: (...made) => {
      readings += readingText(...made);
    },
    truth: (line) => truth.push(line),
  });
  fleet.start();
  await real.advance(seconds(durationS / speed));
  await real.advance(millis(1));
  const stopped = fleet.stop();
  await real.advance(seconds(10));
  await stopped;
  return { readings, truth: worldly(truth) };
}

describe('the same seed', () => {
  it.each(stories.map(({ id, story, lastsS }) => [id, story, lastsS] as const))(
    'gives the same bytes of %s in real time, seven times as fast, and at once',
    async (_id, story, lastsS) => {
      const durationS = Math.min(lastsS, 2_400);
      const expected = atOnce(story, durationS, 7);
      expect(expected.readings.length).toBeGreaterThan(10_000);
      expect(await onClock(story, durationS, 7, 1)).toEqual(expected);
      expect(await onClock(story, durationS, 7, 7)).toEqual(expected);
      expect(atOnce(story, durationS, 7)).toEqual(expected);
      expect(atOnce(story, durationS, 8)).not.toEqual(expected);
    },
  );

  it('gives the same homes, therapies and troubles', () => {
    const fleet = (seed: number) => mixedFleet({ pumps: 200, intervalS: 10, seed, troubleEveryHours: 6 });
    expect(fleet(3)).toEqual(fleet(3));
    expect(fleet(4)).not.toEqual(fleet(3));
    const { hubs, events } = fleet(3);
    expect(hubs.flatMap(({ pumps }) => pumps)).toHaveLength(200);
    expect(new Set(hubs.map(({ pumps }) => pumps.length))).toEqual(new Set([1, 2, 3]));
    const therapies = new Set(events.map((event) => (event.event === 'start' ? event.therapy : '')));
    expect(therapies.size).toBeGreaterThanOrEqual(6);
    expect(atOnce(fleet(3), 900, 3)).toEqual(atOnce(fleet(3), 900, 3));
  });

  it('leaves the pumps that were there as they were when a fleet grows', () => {
    const histories = (pumps: number) => {
      const story = mixedFleet({ pumps, intervalS: 30, seed: 5 });
      const first = story.hubs[0]?.pumps[0]?.id ?? '';
      const seen: string[] = [];
      simulate({
        story: { ...story, hubs: story.hubs.map((hub, i) => ({ ...hub, id: `h${i}`, pumps: hub.pumps })) },
        seed: 5,
        startMs: START_MS,
        durationS: 600,
        onReading: (_hub, pump, _boot, reading) => {
          if (pump === first) seen.push(`${reading.pressureMmHg}`);
        },
      });
      return seen;
    };
    expect(histories(40)).toEqual(histories(60));
  });
});
