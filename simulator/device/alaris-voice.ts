import { type AlarisFrame, alarisDecoder } from '#codec/pumps/alaris/frame.ts';
import type { AlarisMessage } from '#codec/pumps/alaris/message.ts';
import { alarisQuestions } from '#codec/pumps/alaris/queries.ts';
import { alarisReply } from '#codec/pumps/alaris/replies.ts';
import type { Observation } from '../readout.ts';
import { codesOf, heardFrames, type Voice, type VoiceOptions } from './voice.ts';

/** What the protocol calls our alarms; the first that is active is the one it tells. */
const alarmNames: readonly (readonly [string, string])[] = [
  ['occlusion-downstream', 'AL_OCCLU'],
  ['pump-fault', 'AL_FAULT'],
  ['battery-depleted', 'AL_EMBAT'],
  ['reservoir-empty', 'AL_EOIST'],
  ['infusion-complete', 'AL_VTBIC'],
  ['key-not-pressed', 'AL_CALLB'],
  ['battery-low', 'AL_LWBAT'],
  ['near-end', 'AL_NEOIN'],
  ['reservoir-low', 'AL_NEOIN'],
];

const questions: ReadonlySet<string> = new Set(Object.values(alarisQuestions));
const DAY_S = 86_400;

/** A syringe pump that answers as Alaris Asena and GH do. It tells one alarm at a time and nothing unasked. */
export class AlarisVoice implements Voice {
  readonly #options: VoiceOptions;
  readonly #decoder = alarisDecoder();
  #logEntry = 1_000;
  #alarm = 'AL_NOALM';

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  hear(bytes: Uint8Array, now: Observation | undefined): Uint8Array[] {
    const show = ({ command, fields }: AlarisFrame) => ({
      text: [command, ...fields].join('^'),
      acts: fields.length > 0 || !questions.has(command),
    });
    const frames = heardFrames(this.#decoder, bytes, show, this.#options.onHeard);
    if (!now || now.state === 'off') return [];
    return frames.flatMap((frame) => {
      const answer = frame.fields.length > 0 ? undefined : this.#answer(frame.command, now);
      return answer ? [alarisReply(answer, this.#logEntry)] : [];
    });
  }

  volunteer(): Uint8Array[] {
    return [];
  }

  #answer(command: string, now: Observation): AlarisMessage | undefined {
    const { infusedMl, rateMlH = 0, pressureMmHg, remainingMl } = now;
    const alarm = alarmNames.find(([code]) => codesOf(now).includes(code))?.[1] ?? 'AL_NOALM';
    if (alarm !== this.#alarm) this.#logEntry += 1;
    this.#alarm = alarm;
    switch (command) {
      case alarisQuestions.infusion: {
        const remainingS = rateMlH > 0 && remainingMl !== undefined ? (remainingMl / rateMlH) * 3_600 : DAY_S;
        return {
          says: 'infusion',
          serial: this.#options.serial,
          alarming: alarm !== 'AL_NOALM',
          mode: modeOf(now),
          rateMlH,
          ...(infusedMl !== undefined && { infusedMl }),
          ...(pressureMmHg !== undefined && { pressureMmHg }),
          remainingS: Math.floor(remainingS),
        };
      }
      case alarisQuestions.alarm:
        return { says: 'alarm', code: alarm, active: alarm !== 'AL_NOALM' };
      case alarisQuestions.volumeToInfuse:
        return {
          says: 'volume-to-infuse',
          active: remainingMl !== undefined,
          ...(remainingMl !== undefined && { volumeMl: remainingMl, atEnd: 'STOP' }),
        };
      case alarisQuestions.rate:
        return { says: 'rate', rateMlH };
      case alarisQuestions.volumeInfused:
        return { says: 'volume-infused', infusedMl: infusedMl ?? 0 };
      case alarisQuestions.serial:
        return { says: 'serial', serial: this.#options.serial };
      case alarisQuestions.protocol:
        return { says: 'protocol', protocol: 'Asena Rev 2.1.5' };
      case alarisQuestions.syringe:
        return { says: 'syringe', type: 'BD PLASTIPAK', sizeMl: 50, confirmed: true };
      default:
        return undefined;
    }
  }
}

const modeOf = ({ state }: Observation): string =>
  state === 'infusing' ? 'SET' : state === 'kvo' ? 'KVO' : state === 'priming' ? 'PURGE' : 'HLD';
