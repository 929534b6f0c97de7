import { type TerumoFrame, terumoDecoder } from '#codec/pumps/terumo/frame.ts';
import type { TerumoAlarm, TerumoState, TerumoStatus } from '#codec/pumps/terumo/message.ts';
import { terumoIdReply, terumoRefusal, terumoStatusReply } from '#codec/pumps/terumo/replies.ts';
import type { PumpState } from '#model/reading.ts';
import type { Observation } from '../readout.ts';
import { codesOf, heardFrames, type Voice, type VoiceOptions } from './voice.ts';

const states: Readonly<Record<PumpState, TerumoState>> = {
  infusing: 'start',
  bolus: 'hands-free-bolus',
  kvo: 'start',
  priming: 'purge',
  paused: 'stop',
  stopped: 'stop',
  standby: 'standby',
  complete: 'stop',
  off: 'stop',
};

const alarmNames: Readonly<Record<string, TerumoAlarm>> = {
  'occlusion-downstream': 'occlusion',
  'infusion-complete': 'completion',
  'reservoir-empty': 'completion',
  'reservoir-low': 'nearly-empty',
  'near-end': 'nearly-empty',
  'battery-low': 'battery',
  'battery-depleted': 'shutdown-notice',
  'key-not-pressed': 'start-reminder',
};

const STATUS = 1;
const MOST = 0xffffff;

/** A Terumo TE: its id to whoever asks, its status to whoever names the id. */
export class TerumoVoice implements Voice {
  readonly #options: VoiceOptions;
  readonly #decoder = terumoDecoder();

  constructor(options: VoiceOptions) {
    this.#options = options;
  }

  hear(bytes: Uint8Array, now: Observation | undefined): Uint8Array[] {
    const { serial, onHeard } = this.#options;
    const show = ({ kind, command }: TerumoFrame) => ({
      text: command ? `${kind} ${command.command} ${command.subcommand}` : `${kind} id`,
      acts: command !== undefined && (command.command !== STATUS || command.subcommand !== 0),
    });
    const frames = heardFrames(this.#decoder, bytes, show, onHeard);
    if (!now || now.state === 'off') return [];
    return frames.flatMap(({ kind, deviceId, command }) => {
      if (kind !== 'request' || (deviceId !== '' && deviceId !== serial)) return [];
      if (!command) return [terumoIdReply(serial)];
      if (command.command !== STATUS || command.subcommand !== 0) return [terumoRefusal(serial, command)];
      return [terumoStatusReply(serial, command.sequence, statusOf(now))];
    });
  }

  volunteer(): Uint8Array[] {
    return [];
  }
}

function statusOf(now: Observation): TerumoStatus {
  const { infusedMl = 0, remainingMl, pressureMmHg = 0, pressureLimitMmHg, batteryPct = 100 } = now;
  const codes = codesOf(now);
  const quarter = pressureLimitMmHg === undefined ? 0 : Math.floor((4 * pressureMmHg) / pressureLimitMmHg);
  return {
    software: '4.03',
    state: states[now.state],
    alarms: [...new Set(codes.flatMap((code) => alarmNames[code] ?? []))],
    batteryBars: Math.min(5, Math.max(1, Math.ceil(batteryPct / 20))),
    onMains: now.onMains ?? true,
    subBattery: 'normal',
    occlusionPct: ([0, 25, 50, 75] as const)[Math.min(3, Math.max(0, quarter))] ?? 0,
    alarmSounds: codes.length > 0,
    keypadLocked: false,
    plungerSet: true,
    syringeMl: 50,
    rateMlH: Math.min(MOST / 100, now.programmedRateMlH ?? 0),
    deliveredMl: Math.min(MOST / 100, infusedMl),
    ...(remainingMl !== undefined && {
      vtbiMl: Math.min(MOST / 10 - 1, Math.round((infusedMl + remainingMl) * 10) / 10),
    }),
  };
}
