import { type TerumoCommand, terumoWire } from './frame.ts';
import {
  TERUMO_STATUS_BYTES,
  type TerumoStatus,
  terumoAlarms,
  terumoDoseUnits,
  terumoStates,
  terumoSyringesMl,
  VTBI_INFINITE,
  VTBI_OFF,
  WEIGHT_OFF,
} from './message.ts';

/** The pump's side, for simulated devices: its id. */
export const terumoIdReply = (deviceId: string): Uint8Array => terumoWire('REP', deviceId);

/** The answer to a request for the status. */
export function terumoStatusReply(deviceId: string, sequence: number, status: TerumoStatus): Uint8Array {
  return terumoWire('REP', deviceId, Uint8Array.of(sequence, 1, 0, 0, 0, ...statusBytes(status)));
}

/** A request that was not carried out: the result, and the command back. */
export function terumoRefusal(deviceId: string, { sequence, command, subcommand }: TerumoCommand): Uint8Array {
  const head = [sequence, command, subcommand >> 8, subcommand & 0xff];
  return terumoWire('REP', deviceId, Uint8Array.of(...head, 0x11, ...head.slice(1)));
}

function statusBytes(status: TerumoStatus): Uint8Array {
  const data = new Uint8Array(TERUMO_STATUS_BYTES);
  const put = (from: number, bytes: number, value: number): void => {
    for (let i = 0; i < bytes; i += 1) data[from + i] = Math.round(value) >> (8 * (bytes - 1 - i));
  };
  const [major = '0', minor = '0'] = status.software.split('.');
  const subBattery = { normal: 1, abnormal: 2, none: 0 }[status.subBattery ?? 'none'];
  const { vtbiMl, dose, weightKg, dilution = 0, syringeMl } = status;
  put(0, 1, Number(major));
  put(1, 1, Number(minor));
  put(2, 1, terumoStates.indexOf(status.state) << 4);
  put(5, 3, alarmBits(status));
  put(8, 1, (status.batteryBars ?? 0) | (status.onMains ? 0x10 : 0) | (subBattery << 6));
  put(
    9,
    1,
    status.occlusionPct / 25 + flag(3, status.alarmSounds) + flag(4, status.keypadLocked) + flag(5, !status.plungerSet),
  );
  put(10, 1, syringeMl === undefined ? 0 : keyOf(terumoSyringesMl, syringeMl));
  put(11, 3, status.rateMlH * 100);
  put(14, 3, status.deliveredMl * 100);
  put(17, 3, vtbiMl === undefined ? VTBI_OFF : vtbiMl === 'infinite' ? VTBI_INFINITE : vtbiMl * 10);
  put(20, 3, (dose?.value ?? 0) * 100);
  put(23, 1, dose ? keyOf(terumoDoseUnits, dose.unit) : 0xff);
  put(24, 2, weightKg === undefined ? WEIGHT_OFF : weightKg * 10);
  put(26, 3, dilution * 100);
  return data;
}

const flag = (bit: number, on: boolean): number => (on ? 1 << bit : 0);

const alarmBits = ({ alarms }: TerumoStatus): number =>
  Object.entries(terumoAlarms).reduce((sum, [bit, alarm]) => sum + (alarms.includes(alarm) ? 2 ** Number(bit) : 0), 0);

const keyOf = (table: Readonly<Record<number, unknown>>, value: unknown): number =>
  Number(Object.entries(table).find(([, each]) => each === value)?.[0] ?? 0);
