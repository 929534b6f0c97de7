import type { DiscardCode, FrameDecoder } from '#codec/pumps/frame-event.ts';
import type { Observation } from '../readout.ts';

/** A pump's side of a protocol: bytes in, answers out. */
export interface Voice {
  /** The answers to what came, in order. `now` is what the pump shows; undefined is a pump that is off and says nothing. */
  hear(bytes: Uint8Array, now: Observation | undefined): Uint8Array[];
  /** What the pump tells unasked. */
  volunteer(now: Observation | undefined): Uint8Array[];
}

/** One line of what was heard, for those who watch the device. */
export type Heard =
  /** `acts`: a real pump would have done something; the simulated one never does. */
  | { readonly kind: 'frame'; readonly text: string; readonly acts: boolean }
  | { readonly kind: 'rubbish'; readonly code: DiscardCode; readonly bytes: number };

export interface VoiceOptions {
  readonly serial: string;
  /** On the line, of protocols that have one. */
  readonly address: number;
  readonly onHeard?: (heard: Heard) => void;
}

/** Frames that came, each told to the watcher; what is none is told too. */
export function heardFrames<F>(
  decoder: FrameDecoder<F>,
  bytes: Uint8Array,
  show: (frame: F) => { readonly text: string; readonly acts: boolean },
  onHeard: VoiceOptions['onHeard'],
): F[] {
  return decoder.push(bytes).flatMap((event) => {
    if (event.ok) {
      onHeard?.({ kind: 'frame', ...show(event.frame) });
      return [event.frame];
    }
    onHeard?.({ kind: 'rubbish', code: event.code, bytes: event.discarded.length });
    return [];
  });
}

/** Codes of the alarms that are active. */
export const codesOf = (now: Observation): readonly string[] => now.alarms?.map(({ code }) => code) ?? [];
