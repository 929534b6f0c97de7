import { alarmKinds } from '#model/alarms.ts';
import { isDelivering, type PumpReading } from '#model/reading.ts';
import { type Advisory, adviseOf } from './advisory.ts';
import { largestMove } from './jumps.ts';
import { defaultOcclusionPolicy, type OcclusionPolicy } from './occlusion-policy.ts';
import { newState, type OcclusionState, type Standing } from './occlusion-state.ts';
import { type PackedOcclusion, packState, unpackState } from './packed-state.ts';
import { addSample, restartTrack, rounded } from './pressure-track.ts';
import { findRamp, type Ramp } from './ramp-search.ts';
import {
  beyondUsual,
  dropClimb,
  endClimb,
  noteClimb,
  noteLull,
  noteMove,
  rememberClimb,
  restlessness,
} from './usual-climbs.ts';

/** A later reading whose time is earlier by more than this shows that the clock was set back; less passes soon. */
const CLOCK_STEP_MS = 60_000;
/** uL/s of 1 mL/h. */
const UL_S = 1_000 / 3_600;

/**
 * Early occlusion advisory of one pump. Feed it the pump's readings in order of time; one that is not newer than the last is
 * ignored, unless its sequence number says that the clock was set back: then the course begins anew. Pure: no clock, the same readings give the same advisories, and what follows never changes what was said.
 * It watches pressure against delivered volume for a climb that a blocked line would make, see findRamp.
 */
export class OcclusionDetector {
  readonly #policy: OcclusionPolicy;
  readonly #state: OcclusionState;
  /** No bin is lower than this. It spares most readings a look at all bins, and is found again when it has gone stale. */
  #floorMmHg = Number.NEGATIVE_INFINITY;

  /** @param saved what `state` answered earlier, to go on from there. */
  constructor(policy: OcclusionPolicy = defaultOcclusionPolicy, saved?: PackedOcclusion) {
    this.#policy = policy;
    this.#state = saved ? unpackState(saved) : newState();
  }

  /** A copy to keep. */
  get state(): PackedOcclusion {
    return packState(this.#state);
  }

  /** An advisory was given and its climb is not over. */
  get isStanding(): boolean {
    return this.#state.standing !== null;
  }

  /** What comes next has another clock, or another pump's past: nothing of the course holds any more. */
  interrupt(): void {
    this.#leave();
    this.#state.lastAtMs = null;
  }

  /** The advisory that this reading completes, if any: once for each climb. */
  step(reading: PumpReading): Advisory | null {
    const state = this.#state;
    const { atMs, seq } = reading;
    if (state.lastAtMs !== null && atMs <= state.lastAtMs) {
      const isLater = seq > (state.lastSeq ?? seq);
      if (!isLater || atMs > state.lastAtMs - CLOCK_STEP_MS) return null;
      this.interrupt();
    }
    state.lastSeq = seq;
    const seconds = state.lastAtMs === null ? 0 : (atMs - state.lastAtMs) / 1_000;
    state.lastAtMs = atMs;
    if (reading.infusion !== undefined && reading.infusion !== state.infusion) {
      state.infusion = reading.infusion;
      state.standing = null;
      this.#leave();
    }
    const rateMlH = reading.rateMlH ?? reading.programmedRateMlH ?? 0;
    const counted = this.#counted(reading);
    if (!this.#watchable(reading, rateMlH)) return null;
    this.#follow(rateMlH, seconds);
    const delivered = rateMlH > 0 ? rateMlH * UL_S * seconds : counted;
    state.track.volumeUl = rounded(state.track.volumeUl + delivered);
    state.sinceUl = rounded(state.sinceUl + delivered);
    if (reading.pressureMmHg === undefined) return null;
    return this.#take(reading, reading.pressureMmHg);
  }

  /** Volume by the pump's own counter since the last reading that had it, uL. */
  #counted({ infusedMl }: PumpReading): number {
    if (infusedMl === undefined) return 0;
    const before = this.#state.infusedMl;
    this.#state.infusedMl = infusedMl;
    return before === null ? 0 : Math.max(0, infusedMl - before) * 1_000;
  }

  /** False while the pump alarms, is not delivering, or gives a bolus: those are over before a nurse could look. */
  #watchable(reading: PumpReading, rateMlH: number): boolean {
    const alarms = reading.alarms ?? [];
    const occluded = alarms.some(({ code }) => code === 'occlusion-downstream');
    if (occluded) {
      this.#state.standing = null;
      dropClimb(this.#state.climbs);
    }
    const tells = rateMlH > 0 || (reading.rateMlH === undefined && reading.infusedMl !== undefined);
    const quiet = !alarms.some(({ code }) => alarmKinds[code].priority === 'high');
    if (quiet && tells && isDelivering(reading.state) && reading.state !== 'bolus') return true;
    this.#leave();
    return false;
  }

  /** A new rate, or a long silence, begins a new stretch: the level is another one. */
  #follow(rateMlH: number, seconds: number): void {
    const { rateTolerance, longestGapSeconds, settleReadings } = this.#policy;
    const before = this.#state.rateMlH;
    const same = before !== null && Math.abs(rateMlH - before) <= rateTolerance * before;
    if (same && seconds <= longestGapSeconds) return;
    this.#leave();
    this.#state.rateMlH = rateMlH;
    this.#state.settling = settleReadings;
  }

  #leave(): void {
    if (this.#state.rateMlH === null) return;
    endClimb(this.#state.climbs, this.#state.lastAtMs ?? 0, this.#policy);
    restartTrack(this.#state.track);
    this.#state.rateMlH = null;
    this.#state.sinceUl = 0;
  }

  #take(reading: PumpReading, pressureMmHg: number): Advisory | null {
    const state = this.#state;
    const deliveredUl = state.sinceUl;
    state.sinceUl = 0;
    if (state.settling > 0) {
      state.settling -= 1;
      state.track.lastMmHg = [pressureMmHg];
      return null;
    }
    const headroomMmHg = this.#headroom(reading.pressureLimitMmHg, pressureMmHg);
    const { binShare, typicalComplianceUlMmHg } = this.#policy;
    const binUl = binShare * headroomMmHg * typicalComplianceUlMmHg;
    const sample = { atMs: reading.atMs, pressureMmHg, deliveredUl, binUl };
    const isNew = addSample(state.track, sample, this.#policy);
    this.#floorMmHg = Math.min(this.#floorMmHg, state.track.bins.at(-1)?.pressureMmHg ?? pressureMmHg);
    if (!isNew) return null;
    if (state.standing !== null) {
      this.#reviewStanding(state.standing, reading.atMs);
      return null;
    }
    return this.#judge(reading, headroomMmHg);
  }

  /** From the usual level to the limit; a climb that goes on must not make it small. */
  #headroom(limitMmHg: number | undefined, pressureMmHg: number): number {
    const { assumedHeadroomMmHg, leastHeadroomMmHg } = this.#policy;
    if (limitMmHg === undefined) return assumedHeadroomMmHg;
    const usual = this.#state.track.bins[0]?.pressureMmHg ?? pressureMmHg;
    return Math.max(leastHeadroomMmHg, limitMmHg - Math.min(usual, limitMmHg / 2));
  }

  #judge(reading: PumpReading, headroomMmHg: number): Advisory | null {
    const { track, climbs } = this.#state;
    const policy = this.#policy;
    const atFirst = Math.max(policy.leastMmHg, policy.headroomShare * headroomMmHg);
    const noticeable = policy.climbShare * atFirst;
    const old = track.bins.length - 1 - policy.restBins;
    if (old >= 0) noteMove(climbs, largestMove(track.bins, old, policy.jumpSeconds * 1_000), reading.atMs, policy);
    const ramp = this.#standsOut(noticeable) ? this.#climb(noticeable, reading.atMs) : null;
    if (ramp === null) {
      noteLull(climbs, reading.atMs, policy);
      return null;
    }
    const asked = Math.max(
      atFirst,
      policy.noiseFactor * this.#noiseNow(),
      beyondUsual(climbs, reading.atMs, policy),
      policy.restFactor * ramp.suspicion * restlessness(climbs, reading.atMs, policy),
    );
    const thresholdMmHg = Math.min(asked, Math.max(policy.mostShare * headroomMmHg, policy.leastMmHg));
    if (ramp.evidenceMmHg < thresholdMmHg) {
      noteClimb(climbs, ramp.evidenceMmHg);
      return null;
    }
    dropClimb(climbs);
    return this.#advise(reading, ramp, thresholdMmHg);
  }

  #climb(leastMmHg: number, atMs: number): Ramp | null {
    const { track, climbs } = this.#state;
    const policy = this.#policy;
    const postureMmHg = policy.jumpRest * restlessness(climbs, atMs, policy);
    return findRamp(track.bins, { noiseMmHg: track.noiseMmHg, leastMmHg, postureMmHg }, policy);
  }

  /** Whether the newest bin is this far above any other: without that there is no climb to look for. */
  #standsOut(byMmHg: number): boolean {
    const { bins } = this.#state.track;
    const newest = bins.at(-1)?.pressureMmHg ?? Number.NEGATIVE_INFINITY;
    if (newest - this.#floorMmHg < byMmHg) return false;
    this.#floorMmHg = Number.POSITIVE_INFINITY;
    for (const { pressureMmHg } of bins) this.#floorMmHg = Math.min(this.#floorMmHg, pressureMmHg);
    return newest - this.#floorMmHg >= byMmHg;
  }

  /** The noise, or that of the last bins where it is larger: their median, which the bend of an onset does not move. */
  #noiseNow(): number {
    const { bins, noiseMmHg } = this.#state.track;
    const last = bins.slice(-8, -2).map((bin) => bin.deviationMmHg);
    last.sort((a, b) => a - b);
    return Math.max(noiseMmHg, last[last.length >> 1] ?? 0);
  }

  #advise(reading: PumpReading, ramp: Ramp, thresholdMmHg: number): Advisory | null {
    const { track } = this.#state;
    const onset = track.bins[ramp.onset];
    const newest = track.bins.at(-1);
    if (onset === undefined || newest === undefined) return null;
    this.#state.standing = {
      baselineMmHg: ramp.baselineMmHg,
      riseMmHg: ramp.riseMmHg,
      evidenceMmHg: ramp.evidenceMmHg,
      atUl: track.volumeUl,
      volumeUl: newest.volumeUl - onset.volumeUl,
    };
    const { version } = this.#policy;
    return adviseOf({ reading, ramp, onset, newest, thresholdMmHg, noiseMmHg: track.noiseMmHg, version });
  }

  /** Armed again when the pressure came back, or when it settled on a new level instead of climbing on. */
  #reviewStanding(standing: Standing, atMs: number): void {
    const { track, climbs } = this.#state;
    const { rearmShare, settledVolumes } = this.#policy;
    const share = (bin: { pressureMmHg: number } | undefined) =>
      ((bin?.pressureMmHg ?? Number.POSITIVE_INFINITY) - standing.baselineMmHg) / standing.riseMmHg;
    const newest = share(track.bins.at(-1));
    const cameBack = newest < rearmShare && share(track.bins.at(-2)) < rearmShare;
    const settled = track.volumeUl - standing.atUl > settledVolumes * standing.volumeUl && newest < 1.5;
    if (!cameBack && !settled) return;
    rememberClimb(climbs, standing.evidenceMmHg, atMs, this.#policy);
    this.#state.standing = null;
  }
}
