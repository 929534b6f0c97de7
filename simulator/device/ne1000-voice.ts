import type { FrameDecoder } from '#codec/pumps/frame-event.ts';
import { ne1000BasicDecoder } from '#codec/pumps/ne1000/basic.ts';
import type { Ne1000Command, Ne1000Frame, Ne1000Status } from '#codec/pumps/ne1000/frame.ts';
import { ne1000Questions } from '#codec/pumps/ne1000/queries.ts';
import { type Ne1000Says, ne1000Reply } from '#codec/pumps/ne1000/replies.ts';
import { Ne1000SafeDecoder } from '#codec/pumps/ne1000/safe.ts';
import type { PumpState } from '#model/reading.ts';
import type { Observation } from '../readout.ts';
import { codesOf, heardFrames, type Voice, type VoiceOptions } from './voice.ts';

const statuses: Readonly<Record<PumpState, Ne1000Status>> = {
  infusing: 'infusing',
  bolus: 'infusing',
  kvo: 'infusing',
  priming: 'purging',
  paused: 'paused',
  stopped: 'stopped',
  standby: 'stopped',
  complete: 'stopped',
  off: 'stopped',
};

const questions: ReadonlySet<string> = new Set([...Object.values(ne1000Questions), 'SAF']);

/**
 * A pump of the NE-1000 family. It knows a stalled motor and no pressure, tells each alarm once in place of an answer, and in
 * Safe mode unasked too. Whatever would set or start something is "not applicable": the story drives the pump.
 */
export class Ne1000Voice implements Voice {
  readonly #options: VoiceOptions;
  readonly #mode: 'basic' | 'safe';
  readonly #decoder: FrameDecoder<Ne1000Frame>;
  /** Not yet acknowledged by an answer. */
  #alarm = false;
  #stalled = false;
  #volunteered = true;

  constructor(options: VoiceOptions, mode: 'basic' | 'safe') {
    this.#options = options;
    this.#mode = mode;
    this.#decoder = mode === 'safe' ? new Ne1000SafeDecoder() : ne1000BasicDecoder();
  }

  hear(bytes: Uint8Array, now: Observation | undefined): Uint8Array[] {
    const show = (frame: Ne1000Frame) => ({
      text: frame.text,
      acts: frame.kind !== 'command' || frame.argument !== undefined || !questions.has(frame.name),
    });
    const frames = heardFrames(this.#decoder, bytes, show, this.#options.onHeard);
    if (!now || now.state === 'off') return [];
    this.#watch(now);
    return frames.flatMap((frame) => {
      if (frame.kind !== 'command' || (frame.address ?? 0) !== this.#options.address) return [];
      return [this.#say(this.#answer(frame, now))];
    });
  }

  volunteer(now: Observation | undefined): Uint8Array[] {
    if (this.#mode === 'basic' || !now || now.state === 'off') return [];
    this.#watch(now);
    if (this.#volunteered) return [];
    this.#volunteered = true;
    return [this.#say({ alarm: 'stalled' })];
  }

  #watch(now: Observation): void {
    const stalled = codesOf(now).some((code) => code === 'occlusion-downstream' || code === 'pump-fault');
    if (stalled && !this.#stalled) {
      this.#alarm = true;
      this.#volunteered = false;
    }
    this.#stalled = stalled;
  }

  #answer({ name, argument }: Ne1000Command, now: Observation): Ne1000Says {
    if (this.#alarm) {
      this.#alarm = false;
      return { alarm: 'stalled' };
    }
    const status = statuses[now.state];
    if (argument !== undefined) return { status, error: 'not-applicable' };
    const { infusedMl = 0, remainingMl, programmedRateMlH = 0 } = now;
    switch (name) {
      case ne1000Questions.status:
        return { status };
      case ne1000Questions.dispensed:
        return { status, says: { says: 'dispensed', infusedMl, withdrawnMl: 0 } };
      case ne1000Questions.rate:
        return { status, says: { says: 'rate', rateMlH: programmedRateMlH } };
      case ne1000Questions.volume:
        return { status, says: { says: 'volume', volumeMl: remainingMl === undefined ? 0 : infusedMl + remainingMl } };
      case ne1000Questions.version:
        return { status, says: { says: 'version', model: 'NE1000', firmware: '3.923' } };
      case ne1000Questions.diameter:
        return { status, says: { says: 'number', value: 26.59 } };
      case ne1000Questions.direction:
        return { status, says: { says: 'direction', direction: 'infuse' } };
      case 'SAF':
        return { status, says: { says: 'number', value: 0 } };
      default:
        return { status, error: 'not-applicable' };
    }
  }

  #say(reply: Ne1000Says): Uint8Array {
    return ne1000Reply(this.#options.address, reply, this.#mode);
  }
}
