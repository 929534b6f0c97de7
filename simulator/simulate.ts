import type { PumpReading } from '#model/reading.ts';
import { Logbook } from './logbook.ts';
import { randomFor, seededUuid } from './seeds.ts';
import type { Story } from './story.ts';
import type { TruthSink } from './truth.ts';
import { World, type WorldOptions } from './world.ts';

export interface SimulateOptions {
  readonly story: Story;
  readonly seed: number;
  /** The true time of the beginning, Unix ms. */
  readonly startMs: number;
  readonly durationS: number;
  readonly intervalS?: number;
  readonly onReading: (hub: string, pump: string, boot: string, reading: PumpReading) => void;
  readonly truth?: TruthSink;
  readonly onSample?: WorldOptions['onSample'];
}

/** Ids of a run that must repeat byte for byte. Another start gives other boots, so that no gateway takes one run for another. */
export function seededIds(seed: number, startMs: number) {
  const boots = randomFor(seed, String(startMs), 'boots');
  return { newBoot: () => seededUuid(boots), idRandom: randomFor(seed, String(startMs), 'infusions') };
}

/** Plays a story at once, as fast as the processor can, without a network. Readings come in order of true time. */
export function simulate(options: SimulateOptions): void {
  const { story, seed, startMs, durationS, onReading, truth, onSample } = options;
  const { newBoot, idRandom } = seededIds(seed, startMs);
  const hubs = story.hubs.map(
    ({ id, clockOffsetMs, clockDriftPpm }) =>
      new Logbook({
        id,
        startMs,
        newBoot,
        onReading,
        ...(clockOffsetMs !== undefined && { clockOffsetMs }),
        ...(clockDriftPpm !== undefined && { clockDriftPpm }),
      }),
  );
  const intervalS = options.intervalS ?? story.intervalS;
  const world = new World({ story, hubs, seed, startMs, intervalS, untilS: durationS, idRandom, truth, onSample });
  world.runTo(durationS);
  world.end();
}
