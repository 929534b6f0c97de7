import type { OcclusionPolicy } from './occlusion-policy.ts';

/** What climbs this pump shows without being blocked: a sticking plunger, a restless sleeper. JSON. */
export interface UsualClimbs {
  /** Climbs that ended by themselves, oldest first. */
  ended: { evidenceMmHg: number; atMs: number }[];
  /** Most evidence of the climb that is going on; zero for none. */
  topMmHg: number;
  /** Bins since it was last seen. */
  lull: number;
  /** Size of this patient's sudden moves, up or down, fading with time, and when it was so. */
  restlessMmHg: number;
  restlessAtMs: number | null;
  /** Watched since then; absent before the first look. */
  sinceMs?: number;
}

export const newClimbs = (): UsualClimbs => ({
  ended: [],
  topMmHg: 0,
  lull: 0,
  restlessMmHg: 0,
  restlessAtMs: null,
});

/** A climb is going on that is too small for an advisory. */
export function noteClimb(climbs: UsualClimbs, evidenceMmHg: number): void {
  climbs.topMmHg = Math.max(climbs.topMmHg, evidenceMmHg);
  climbs.lull = 0;
}

/** This bin shows no climb. */
export function noteLull(climbs: UsualClimbs, atMs: number, policy: OcclusionPolicy): void {
  if (climbs.topMmHg === 0) return;
  climbs.lull += 1;
  if (climbs.lull > policy.lullBins) endClimb(climbs, atMs, policy);
}

/** The climb ended without an alarm: it is one of this pump's habits. */
export function endClimb(climbs: UsualClimbs, atMs: number, policy: OcclusionPolicy): void {
  if (climbs.topMmHg > 0) rememberClimb(climbs, climbs.topMmHg, atMs, policy);
  dropClimb(climbs);
}

/** The pump itself alarmed, or an advisory was given: the climb is no habit. */
export function dropClimb(climbs: UsualClimbs): void {
  climbs.topMmHg = 0;
  climbs.lull = 0;
}

export function rememberClimb(climbs: UsualClimbs, evidenceMmHg: number, atMs: number, policy: OcclusionPolicy): void {
  climbs.ended.push({ evidenceMmHg, atMs });
  if (climbs.ended.length > policy.climbs) climbs.ended.shift();
}

/** Evidence that stands out from what this pump has shown of late, mmHg. */
export function beyondUsual(climbs: UsualClimbs, atMs: number, policy: OcclusionPolicy): number {
  const sinceMs = atMs - policy.climbHours * 3_600_000;
  let largest = 0;
  let second = 0;
  for (const climb of climbs.ended) {
    if (climb.atMs <= sinceMs || climb.atMs > atMs) continue;
    if (climb.evidenceMmHg > largest) {
      second = largest;
      largest = climb.evidenceMmHg;
    } else second = Math.max(second, climb.evidenceMmHg);
  }
  return Math.max(policy.climbFactor * largest, policy.secondClimbFactor * second);
}

/** A sudden move, up or down, that came to nothing. */
export function noteMove(climbs: UsualClimbs, moveMmHg: number, atMs: number, policy: OcclusionPolicy): void {
  climbs.sinceMs ??= atMs;
  climbs.restlessMmHg = Math.max(moveMmHg, seenRestless(climbs, atMs, policy));
  climbs.restlessAtMs = atMs;
}

/**
 * How large sudden moves are with this patient of late, mmHg. Whoever is new to us is taken for restless; that opinion
 * fades sooner than what was seen.
 */
export function restlessness(climbs: UsualClimbs, atMs: number, policy: OcclusionPolicy): number {
  const { restAtFirstMmHg, restAtFirstHours } = policy;
  const presumed = restAtFirstMmHg * fading(atMs - (climbs.sinceMs ?? atMs), restAtFirstHours);
  return Math.max(presumed, seenRestless(climbs, atMs, policy));
}

const seenRestless = (
  { restlessMmHg, restlessAtMs }: UsualClimbs,
  atMs: number,
  { restHours }: OcclusionPolicy,
): number => restlessMmHg * fading(atMs - (restlessAtMs ?? atMs), restHours);

/** What comes from a clock that has since been set back does not grow for it. */
const fading = (forMs: number, hours: number): number => Math.exp(-Math.max(0, forMs) / (hours * 3_600_000));
