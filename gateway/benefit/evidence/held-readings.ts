import { setImmediate as otherWork } from 'node:timers/promises';
import type { HeldRange } from '#model/held-range.ts';
import type { PatientCare } from '../care.ts';
import { type LocalDate, localDateAt } from '../local-days.ts';
import type { BenefitSettings } from '../settings.ts';
import { REACH_MS } from './delivery-days.ts';
import { windowsOf } from './windows.ts';

export interface HeldOf {
  readonly patients: readonly string[];
  care(patient: string): PatientCare | undefined;
  /** When services began that somebody signed, once signed and then corrected included. Unix ms. */
  signedAt(patient: string): readonly number[];
  /** Dates of which a claim was ever sent. */
  claimedOn(patient: string): readonly LocalDate[];
  readonly settings: Pick<BenefitSettings, 'retentionYears' | 'legalHolds'>;
}

/**
 * Readings that have to outlast the journal's own retention: of each date with a signed service or a claim, what the
 * patient's pumps told of it, for the years that records are kept; of a patient under a legal hold, all of them.
 */
export async function heldReadings(
  { patients, care, signedAt, claimedOn, settings }: HeldOf,
  now: number,
): Promise<HeldRange[]> {
  const held: HeldRange[] = [];
  const known = new Set([...patients, ...settings.legalHolds]);
  for (const patient of known) {
    const of = care(patient);
    if (!of) continue;
    if (settings.legalHolds.includes(patient)) {
      for (const { pump, from, to } of of.assignments) held.push(reaching(pump, from, to ?? FOR_EVER));
      continue;
    }
    const first = Temporal.PlainDate.from(localDateAt(now, of.zone))
      .subtract({ years: settings.retentionYears })
      .toString();
    const dates = new Set([...signedAt(patient).map((at) => localDateAt(at, of.zone)), ...claimedOn(patient)]);
    for (const date of dates) {
      if (date < first) continue;
      for (const window of windowsOf(patient, of.zone, of.assignments, date, date, now)) {
        held.push(reaching(window.pump, window.from, window.to));
      }
    }
    await otherWork();
  }
  return held;
}

/** The last instant of ECMAScript, less what is added to it. */
const FOR_EVER = 8_640_000_000_000_000 - REACH_MS;

/** What lies near a window tells of it, too. */
const reaching = (pump: string, from: number, to: number): HeldRange => ({
  pump,
  fromMs: from - REACH_MS,
  toMs: to + REACH_MS,
});
