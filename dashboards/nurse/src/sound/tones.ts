/** Priorities that have a sound. */
export type SoundKind = 'high' | 'medium' | 'low';

export interface Tone {
  /** When each pulse begins, ms from the start of the burst. */
  readonly pulsesMs: readonly number[];
  readonly pulseMs: number;
  /** Fundamental of each pulse, Hz: between 150 and 1,000. */
  readonly pitchHz: readonly number[];
  /** From the end of a burst to the next; null: it sounds once. */
  readonly gapMs: number | null;
  /** 0 to 1 of full scale. */
  readonly loudness: number;
}

/**
 * Bursts after IEC 60601-1-8, 6.3.3: ten pulses for high, three for medium, two for low, told apart by rhythm and not by
 * pitch alone. A low alert sounds once: nobody has to hurry for it.
 */
export const tones: Readonly<Record<SoundKind, Tone>> = {
  high: {
    pulsesMs: [0, 220, 440, 810, 1_030, 1_700, 1_920, 2_140, 2_510, 2_730],
    pulseMs: 150,
    pitchHz: [523, 523, 523, 659, 784, 523, 523, 523, 659, 784],
    gapMs: 2_600,
    loudness: 0.9,
  },
  medium: { pulsesMs: [0, 420, 840], pulseMs: 200, pitchHz: [523, 494, 440], gapMs: 4_000, loudness: 0.55 },
  low: { pulsesMs: [0, 420], pulseMs: 200, pitchHz: [659, 523], gapMs: null, loudness: 0.35 },
};

/** The standard asks for four harmonics at least: one pure tone is hard to place in a room. */
const harmonics = [1, 0.7, 0.5, 0.35, 0.25] as const;
const edgeMs = 25;

/** One burst and the silence after it as samples: played round and round it needs no timer, which a hidden page would lose. */
export function burstOf(kind: SoundKind, sampleRate: number): Float32Array<ArrayBuffer> {
  const { pulsesMs, pulseMs, pitchHz, gapMs, loudness } = tones[kind];
  const samples = (ms: number) => Math.round((ms / 1_000) * sampleRate);
  const lastMs = (pulsesMs.at(-1) ?? 0) + pulseMs;
  const burst = new Float32Array(samples(lastMs + (gapMs ?? 0)));
  const whole = harmonics.reduce((sum, part) => sum + part, 0);
  for (const [index, startMs] of pulsesMs.entries()) {
    const first = samples(startMs);
    for (let i = 0; i < samples(pulseMs); i += 1) {
      const ms = (i / sampleRate) * 1_000;
      const edge = Math.min(1, ms / edgeMs, (pulseMs - ms) / edgeMs);
      const phase = 2 * Math.PI * (pitchHz[index] ?? 523) * (i / sampleRate);
      const wave = harmonics.reduce((sum, part, n) => sum + part * Math.sin(phase * (n + 1)), 0) / whole;
      burst[first + i] = wave * edge * loudness;
    }
  }
  return burst;
}
