import { alarmKinds, isAlarmCode } from '#model/alarms.ts';
import type { HubStatus } from '#model/hub-status.ts';
import type { ActiveAlarm, PumpReading } from '#model/reading.ts';
import type { WireReading, WireStatus } from './wire-schema.ts';

/**
 * The hub's JSON, both ways, for values that are known to be good. Input from outside goes through hub-message.ts.
 * Wire names are snake_case with the unit last; the model's are camelCase. Absent stays absent.
 */
export function readingToWire(reading: PumpReading): WireReading {
  return {
    seq: reading.seq,
    at: reading.atMs,
    state: reading.state,
    ...(reading.infusion !== undefined && { infusion: reading.infusion }),
    ...(reading.drug !== undefined && { drug: reading.drug }),
    ...(reading.rateMlH !== undefined && { rate_ml_h: reading.rateMlH }),
    ...(reading.programmedRateMlH !== undefined && { programmed_rate_ml_h: reading.programmedRateMlH }),
    ...(reading.infusedMl !== undefined && { infused_ml: reading.infusedMl }),
    ...(reading.remainingMl !== undefined && { remaining_ml: reading.remainingMl }),
    ...(reading.reservoirMl !== undefined && { reservoir_ml: reading.reservoirMl }),
    ...(reading.pressureMmHg !== undefined && { pressure_mmhg: reading.pressureMmHg }),
    ...(reading.pressureLimitMmHg !== undefined && { pressure_limit_mmhg: reading.pressureLimitMmHg }),
    ...(reading.batteryPct !== undefined && { battery_pct: reading.batteryPct }),
    ...(reading.onMains !== undefined && { on_mains: reading.onMains }),
    ...(reading.alarms !== undefined && { alarms: reading.alarms.map((alarm) => alarm.vendorCode ?? alarm.code) }),
  };
}

export function readingFromWire(wire: WireReading): PumpReading {
  return {
    seq: wire.seq,
    atMs: wire.at,
    state: wire.state,
    ...(wire.infusion !== undefined && { infusion: wire.infusion }),
    ...(wire.drug !== undefined && { drug: wire.drug }),
    ...(wire.rate_ml_h !== undefined && { rateMlH: wire.rate_ml_h }),
    ...(wire.programmed_rate_ml_h !== undefined && { programmedRateMlH: wire.programmed_rate_ml_h }),
    ...(wire.infused_ml !== undefined && { infusedMl: wire.infused_ml }),
    ...(wire.remaining_ml !== undefined && { remainingMl: wire.remaining_ml }),
    ...(wire.reservoir_ml !== undefined && { reservoirMl: wire.reservoir_ml }),
    ...(wire.pressure_mmhg !== undefined && { pressureMmHg: wire.pressure_mmhg }),
    ...(wire.pressure_limit_mmhg !== undefined && { pressureLimitMmHg: wire.pressure_limit_mmhg }),
    ...(wire.battery_pct !== undefined && { batteryPct: wire.battery_pct }),
    ...(wire.on_mains !== undefined && { onMains: wire.on_mains }),
    ...(wire.alarms !== undefined && { alarms: alarmsFromWire(wire.alarms) }),
  };
}

/** The reading in a stored wire text. The text was checked before it was stored. */
export function parseWireReading(text: string): PumpReading {
  const wire: WireReading = JSON.parse(text);
  return readingFromWire(wire);
}

/** The payload of a readings message. */
export function encodeReadings(boot: string, readings: readonly PumpReading[]): string {
  return JSON.stringify({ boot, readings: readings.map(readingToWire) });
}

/** The payload of a status message. */
export function encodeStatus(status: HubStatus): string {
  const wire: WireStatus = {
    state: status.state,
    boot: status.boot,
    at: status.atMs,
    ...(status.firmware !== undefined && { firmware: status.firmware }),
    ...(status.pumps !== undefined && { pumps: status.pumps.map((pump) => ({ ...pump })) }),
  };
  return JSON.stringify(wire);
}

export function statusFromWire(wire: WireStatus): HubStatus {
  return {
    state: wire.state,
    boot: wire.boot,
    atMs: wire.at,
    ...(wire.firmware !== undefined && { firmware: wire.firmware }),
    ...(wire.pumps !== undefined && { pumps: wire.pumps }),
  };
}

/** An unknown code becomes `unknown` with the original kept: an alarm is never dropped. The set holds each code once. */
function alarmsFromWire(codes: readonly string[]): readonly ActiveAlarm[] {
  if (codes.length === 0) return NO_ALARMS;
  return [...new Set(codes)].map((code) =>
    isAlarmCode(code) ? knownAlarms[code] : { code: 'unknown', vendorCode: code },
  );
}

const NO_ALARMS: readonly ActiveAlarm[] = [];
const knownAlarms = Object.fromEntries(Object.keys(alarmKinds).map((code) => [code, { code }])) as Record<
  keyof typeof alarmKinds,
  ActiveAlarm
>;
