import type { TerumoFrame } from './frame.ts';

/** Upper four bits of the operating status. */
export const terumoStates = ['stop', 'start', 'standby', 'purge', 'hands-on-bolus', 'hands-free-bolus'] as const;
export type TerumoState = (typeof terumoStates)[number];

/** Alarm information by bit. Bits that are not here are reserved: "do not handle reserved data". */
export const terumoAlarms = {
  0: 'shutdown-notice',
  1: 'link-interruption',
  2: 'completion',
  3: 'occlusion',
  4: 'syringe-displacement',
  5: 'plunger-displacement',
  6: 'slider-displacement',
  7: 'syringe-barrel',
  8: 'nearly-empty',
  13: 'power-failure',
  15: 'ac-power-detector',
  16: 'no-flow-rate',
  17: 'rate-over-vtbi',
  18: 'no-vtbi',
  19: 'battery',
  20: 'start-reminder',
  21: 'pressure',
  22: 'maintenance',
  23: 'battery-replacement',
} as const;
export type TerumoAlarm = (typeof terumoAlarms)[keyof typeof terumoAlarms];

export const terumoSyringesMl: Readonly<Record<number, number>> = { 2: 5, 3: 10, 4: 20, 5: 30, 6: 50 };
export const terumoDoseUnits: Readonly<Record<number, string>> = { 0: 'mL/h', 4: 'ug/kg/min', 8: 'mg/kg/h' };

/** Basic operating status, manual of the TE-SS830 p. 123-124. Figures are what was set unless they say delivered. */
export interface TerumoStatus {
  readonly software: string;
  readonly state: TerumoState;
  readonly alarms: readonly TerumoAlarm[];
  readonly batteryBars?: number;
  readonly onMains: boolean;
  readonly subBattery?: 'normal' | 'abnormal';
  /** How near the pressure is to its limit. The protocol has no pressure. */
  readonly occlusionPct: 0 | 25 | 50 | 75;
  readonly alarmSounds: boolean;
  readonly keypadLocked: boolean;
  readonly plungerSet: boolean;
  readonly syringeMl?: number;
  readonly rateMlH: number;
  readonly deliveredMl: number;
  /** `infinite`, or absent when the function is off. */
  readonly vtbiMl?: number | 'infinite';
  readonly dose?: { readonly value: number; readonly unit: string };
  readonly weightKg?: number;
  /** In the unit that the pump was set to. */
  readonly dilution?: number;
}

export const TERUMO_STATUS_BYTES = 29;
export const VTBI_INFINITE = 0xffffff;
export const VTBI_OFF = 0xeeeeee;
export const WEIGHT_OFF = 0xffff;

/** Second stage: the status in a reply to the request for it. Undefined for other frames and other results. */
export function terumoStatusOf({ kind, command }: TerumoFrame): TerumoStatus | undefined {
  if (kind !== 'reply' || command?.command !== 1 || command.subcommand !== 0 || command.result !== 0) return undefined;
  const { data } = command;
  const state = terumoStates[(data[2] ?? 0xff) >> 4];
  if (data.length < TERUMO_STATUS_BYTES || state === undefined) return undefined;
  const at = (from: number, bytes: number): number =>
    data.subarray(from, from + bytes).reduce((sum, byte) => sum * 0x100 + byte, 0);
  const [power, monitor, vtbi, weight, dilution] = [at(8, 1), at(9, 1), at(17, 3), at(24, 2), at(26, 3)];
  const bars = power & 0x0f;
  const subBattery = power >> 6;
  const syringeMl = terumoSyringesMl[at(10, 1)];
  const unit = terumoDoseUnits[at(23, 1)];
  return {
    software: `${at(0, 1)}.${String(at(1, 1)).padStart(2, '0')}`,
    state,
    alarms: alarmsOf(at(5, 3)),
    ...(bars >= 1 && bars <= 5 && { batteryBars: bars }),
    onMains: ((power >> 4) & 3) === 1,
    ...((subBattery === 1 || subBattery === 2) && { subBattery: subBattery === 1 ? 'normal' : 'abnormal' }),
    occlusionPct: occlusionSteps[monitor & 3] ?? 0,
    alarmSounds: (monitor & 0x08) !== 0,
    keypadLocked: (monitor & 0x10) !== 0,
    plungerSet: (monitor & 0x20) === 0,
    ...(syringeMl !== undefined && { syringeMl }),
    rateMlH: at(11, 3) / 100,
    deliveredMl: at(14, 3) / 100,
    ...(vtbi !== VTBI_OFF && { vtbiMl: vtbi === VTBI_INFINITE ? 'infinite' : vtbi / 10 }),
    ...(unit !== undefined && { dose: { value: at(20, 3) / 100, unit } }),
    ...(weight !== WEIGHT_OFF && { weightKg: weight / 10 }),
    ...(dilution !== 0 && { dilution: dilution / 100 }),
  };
}

const occlusionSteps = [0, 25, 50, 75] as const;

const alarmsOf = (bits: number): TerumoAlarm[] =>
  Object.entries(terumoAlarms).flatMap(([bit, alarm]) => ((bits >> Number(bit)) & 1 ? [alarm] : []));
