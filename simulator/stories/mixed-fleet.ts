import type { Random } from '#kernel/random.ts';
import { randomFor, waitingTime } from '../seeds.ts';
import type { Story, StoryEvent } from '../story.ts';
import { therapy } from '../therapies/index.ts';
import { numbered } from './numbered.ts';

export interface MixedFleetOptions {
  readonly pumps: number;
  readonly intervalS: number;
  readonly seed: number;
  readonly prefix?: string;
  /** Troubles of pump and home come by chance, this often for a pump on average, h. None when absent. */
  readonly troubleEveryHours?: number;
  /** Troubles are made for so long, s. */
  readonly horizonS?: number;
}

/** How common each therapy is at home, in shares of a hundred. Chosen for the simulation. */
const MIX: readonly (readonly [therapy: string, share: number])[] = [
  ['antibiotic', 45],
  ['tpn', 20],
  ['milrinone', 10],
  ['scig', 10],
  ['fluorouracil', 8],
  ['treprostinil', 7],
];
/** Pumps in a home: mostly one. Chosen for the simulation. */
const PUMPS_IN_HOME: readonly (readonly [pumps: number, share: number])[] = [
  [1, 75],
  [2, 20],
  [3, 5],
];
/** A cheap crystal gains or loses up to this much; a hub's clock is set to within so much. Chosen for the simulation. */
const DRIFT_PPM = 30;
const OFFSET_MS = 1_500;
const DAY_S = 86_400;

/** Homes as they come: one to three pumps, therapies in a home supplier's mix, clocks a little off, troubles if asked for. */
export function mixedFleet(options: MixedFleetOptions): Story {
  const { pumps, intervalS, seed, prefix = '', troubleEveryHours, horizonS = DAY_S } = options;
  const pumpIds = numbered(`${prefix}pump-`, pumps);
  const hubs: Story['hubs'] = [];
  const events: StoryEvent[] = [];
  for (let first = 0; first < pumps; ) {
    const hub = `${prefix}hub-${String(hubs.length + 1).padStart(String(pumps).length, '0')}`;
    const random = randomFor(seed, hub, 'home');
    const size = Math.min(pumps - first, drawn(PUMPS_IN_HOME, random));
    const own = pumpIds.slice(first, first + size).map((pump, i) => {
      const running = therapy(drawn(MIX, random));
      const wholeS = running.program.phases.reduce((sum, phase) => sum + phase.durationS, 0);
      const skipS = Math.floor(random() * wholeS * 0.9);
      events.push({ at: 0, pump, event: 'start', therapy: running.id, skipS });
      if (troubleEveryHours !== undefined) events.push(...troubles(pump, random, troubleEveryHours * 3_600, horizonS));
      return { id: pump, model: running.model, serial: String(100_000 + first + i) };
    });
    hubs.push({
      id: hub,
      pumps: own,
      clockOffsetMs: Math.round((2 * random() - 1) * OFFSET_MS),
      clockDriftPpm: Math.round((2 * random() - 1) * DRIFT_PPM),
    });
    first += size;
  }
  return { title: `A mixed fleet of ${pumps} pumps in ${hubs.length} homes`, intervalS, hubs, events };
}

/** What befalls a pump, and how it is mended, in the shares of a ward study: mostly the line, then air, then the power. */
function troubles(pump: string, random: Random, everyS: number, horizonS: number): StoryEvent[] {
  const events: StoryEvent[] = [];
  for (let at = waitingTime(random, everyS); at < horizonS; at += waitingTime(random, everyS)) {
    const mendedAt = at + 300 + waitingTime(random, 900);
    const kind = random();
    if (kind < 0.35) events.push({ at, pump, event: 'occlude', percent: 100 });
    else if (kind < 0.6) events.push({ at, pump, event: 'kink', opening: 0.002, bentS: 90, straightS: 240 });
    else if (kind < 0.75) events.push({ at, pump, event: 'occlude-upstream' });
    else if (kind < 0.85) events.push({ at, pump, event: 'air', ml: 0.5 });
    else if (kind < 0.95) events.push({ at, pump, event: 'raise-arm', cm: 40, seconds: 600 });
    else
      events.push({ at, pump, event: 'infiltrate', share: 0.8 }, { at: mendedAt, pump, event: 'infiltrate', share: 0 });
    events.push(
      { at: mendedAt, pump, event: 'release' },
      { at: mendedAt, pump, event: 'release-upstream' },
      { at: mendedAt, pump, event: 'resume' },
    );
  }
  return events;
}

function drawn<T>(shares: readonly (readonly [T, number])[], random: Random): T {
  let left = random() * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [what, share] of shares) {
    left -= share;
    if (left < 0) return what;
  }
  throw new Error('There is nothing to draw from.');
}
