import type { Plain } from '#kernel/state-store.ts';
import type { OcclusionState } from './occlusion-state.ts';
import type { Bin, PressureTrack } from './pressure-track.ts';

/** The detector's state as it is stored: the same numbers, the bins as one text. A few kilobytes, written often. */
export type PackedOcclusion = Plain<
  Omit<OcclusionState, 'track'> & {
    readonly track: Omit<PressureTrack, 'bins'> & {
      /** Five numbers a bin: volume, pressure, time, spikes, deviation. Their eight bytes each (IEEE 754), as base64; once they were kept as they are. */
      readonly bins: string | readonly number[];
      /** Of the last bin, which still grows. */
      readonly lastCount: number;
      readonly lastFromUl: number;
    };
  }
>;

const PER_BIN = 5;

export function packState({ track, ...rest }: OcclusionState): PackedOcclusion {
  const { bins, ...beside } = track;
  const last = bins.at(-1);
  const packed: number[] = [];
  for (const { volumeUl, pressureMmHg, atMs, spikesMmHg, deviationMmHg } of bins) {
    packed.push(volumeUl, pressureMmHg, atMs, spikesMmHg, deviationMmHg);
  }
  const climbs = { ...rest.climbs, ended: [...rest.climbs.ended] };
  const lastMmHg = [...beside.lastMmHg];
  const lastOnes = { lastCount: last?.count ?? 0, lastFromUl: last?.fromUl ?? 0 };
  return { ...rest, climbs, track: { ...beside, lastMmHg, bins: textOf(packed), ...lastOnes } };
}

const textOf = (numbers: readonly number[]): string => Buffer.from(new Float64Array(numbers).buffer).toString('base64');

function numbersOf(text: string | readonly number[]): Float64Array {
  if (typeof text !== 'string') return Float64Array.from(text);
  const bytes = Buffer.from(text, 'base64');
  const numbers = new Float64Array(bytes.length / Float64Array.BYTES_PER_ELEMENT);
  bytes.copy(new Uint8Array(numbers.buffer));
  return numbers;
}

export function unpackState({ track, ...rest }: PackedOcclusion): OcclusionState {
  const { bins: text, lastCount, lastFromUl, ...beside } = track;
  const packed = numbersOf(text);
  const bins: Bin[] = [];
  for (let i = 0; i + PER_BIN <= packed.length; i += PER_BIN) {
    const [volumeUl = 0, pressureMmHg = 0, atMs = 0, spikesMmHg = 0, deviationMmHg = 0] = packed.subarray(
      i,
      i + PER_BIN,
    );
    bins.push({ volumeUl, pressureMmHg, atMs, spikesMmHg, deviationMmHg, count: 1, fromUl: volumeUl });
  }
  const last = bins.pop();
  if (last !== undefined) bins.push({ ...last, count: lastCount, fromUl: lastFromUl });
  const climbs = { ...rest.climbs, ended: rest.climbs.ended.map((climb) => ({ ...climb })) };
  return { ...rest, climbs, track: { ...beside, lastMmHg: [...beside.lastMmHg], bins } };
}
