import { newTrack, type PressureTrack } from './pressure-track.ts';
import { newClimbs, type UsualClimbs } from './usual-climbs.ts';

/** An advisory that was given and whose climb is not over. JSON. */
export interface Standing {
  readonly baselineMmHg: number;
  readonly riseMmHg: number;
  readonly evidenceMmHg: number;
  readonly atUl: number;
  readonly volumeUl: number;
}

/** All the detector knows of one pump. */
export interface OcclusionState {
  lastAtMs: number | null;
  /** Sequence number of that reading. */
  lastSeq?: number;
  infusion: string | null;
  /** Rate of the present stretch, mL/h; null while none is going on, zero when the pump does not tell it. */
  rateMlH: number | null;
  infusedMl: number | null;
  /** Delivered since the last pressure. */
  sinceUl: number;
  /** Readings to leave out. */
  settling: number;
  track: PressureTrack;
  climbs: UsualClimbs;
  standing: Standing | null;
}

export const newState = (): OcclusionState => ({
  lastAtMs: null,
  infusion: null,
  rateMlH: null,
  infusedMl: null,
  sinceUl: 0,
  settling: 0,
  track: newTrack(),
  climbs: newClimbs(),
  standing: null,
});
