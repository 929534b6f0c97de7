import fc from 'fast-check';
import { alarmCodes } from '#model/alarms.ts';
import { type ActiveAlarm, type PumpReading, pumpStates } from '#model/reading.ts';

const label = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' });
const amount = fc.double({ min: 0, max: 100_000, noNaN: true }).map((n) => n + 0);

const alarm: fc.Arbitrary<ActiveAlarm> = fc.oneof(
  fc.constantFrom(...alarmCodes).map((code) => ({ code })),
  fc.stringMatching(/^x-[a-z0-9-]{1,20}$/).map((vendorCode) => ({ code: 'unknown' as const, vendorCode })),
);

/** Any reading the model allows, measured within an hour after `from`. Fields are absent as often as not. */
export function pumpReading(from: number): fc.Arbitrary<PumpReading> {
  return fc.record(
    {
      seq: fc.nat(1_000_000),
      atMs: fc.nat(3_600_000).map((ms) => from + ms),
      state: fc.constantFrom(...pumpStates),
      infusion: label,
      drug: label,
      rateMlH: amount,
      programmedRateMlH: amount,
      infusedMl: amount,
      remainingMl: amount,
      reservoirMl: amount,
      pressureMmHg: fc.double({ min: -2_000, max: 20_000, noNaN: true }).map((n) => n + 0),
      pressureLimitMmHg: fc.nat(20_000),
      batteryPct: fc.double({ min: 0, max: 100, noNaN: true }).map((n) => n + 0),
      onMains: fc.boolean(),
      alarms: fc.uniqueArray(alarm, { maxLength: 5, selector: (a) => a.vendorCode ?? a.code }),
    },
    { requiredKeys: ['seq', 'atMs', 'state'] },
  );
}
