import { MemoryCare, type PatientCare } from '#benefit/care.ts';
import { BenefitDesk } from '#benefit/desk/benefit-desk.ts';
import { type BenefitSettings, defaultBenefitSettings } from '#benefit/settings.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { MemoryStateStore } from '#kernel/memory-state-store.ts';
import type { StateStore } from '#kernel/state-store.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import type { ReadingEntry } from '#model/journal-entry.ts';
import type { PumpReading } from '#model/reading.ts';
import { plainCipher } from '#support/api-twins.ts';
import { at } from '../builders.ts';
import { entry, infusing, sourceOf } from '../evidence/readings.ts';

export const zone = 'America/New_York';
export const patient = 'patient-1';
export const pump = 'pump-1';
/** Unix ms at which the patient's clock shows this. */
export const ms = (local: string, of = zone): number => Temporal.Instant.from(at(local, of)).epochMilliseconds;

/** A patient on milrinone through one pump, since the beginning of 2026, with a signed plan and a qualified supplier. */
export const careOf = (more: Partial<PatientCare> = {}, of = zone): PatientCare => ({
  zone: of,
  orders: [
    {
      id: 'order-1',
      patient,
      drug: 'MILRINONE',
      jcode: 'J2260',
      modifiers: [],
      pumpCode: 'E0781',
      rateMlH: 60,
      volumeMl: null,
      schedule: null,
      from: '2026-01-01',
      to: null,
    },
  ],
  plans: [
    {
      id: 'plan-1',
      patient,
      establishedBy: 'physician',
      signedOn: '2026-01-02',
      services: ['professional', 'training', 'remote-monitoring', 'other-monitoring'],
      from: '2026-01-01',
      to: null,
    },
  ],
  assignments: [{ id: 'a-1', pump, patient, from: ms('2026-01-01 00:00', of), to: null }],
  supplier: [{ id: 's', agency: 'agency', from: '2021-01-01', to: null }],
  ...more,
});

export interface Rig {
  readonly desk: BenefitDesk;
  readonly clock: VirtualClock;
  readonly care: MemoryCare;
  readonly store: StateStore;
  /** Readings arrive, in the order given. */
  arrive(readings: readonly PumpReading[]): void;
  /** A whole run at 60 mL/h by the patient's clock, with its end. */
  run(from: string, to: string): PumpReading[];
  visit(day: string, more?: object): Promise<void>;
  forget(before: number): void;
}

/** A benefit in memory. `now` by the patient's clock. */
export function rigAt(
  now: string,
  care: PatientCare = careOf(),
  settings: BenefitSettings = defaultBenefitSettings,
  store: StateStore = new MemoryStateStore(),
): Rig {
  const clock = new VirtualClock(ms(now, care.zone));
  let journal: ReadingEntry[] = [];
  let made = 0;
  let seq = 0;
  const records = new MemoryCare();
  records.all.set(patient, care);
  const desk = new BenefitDesk({
    store,
    signer: ed25519Signer(newSigningKey()),
    cipher: plainCipher,
    clock,
    newId: () => `id-${++made}`,
    care: records,
    readings: {
      readingsBetween: (...of) => sourceOf(journal).readingsBetween(...of),
      lastBefore: (...of) => sourceOf(journal).lastBefore(...of),
      extentBetween: (...of) => sourceOf(journal).extentBetween(...of),
    },
    alertServices: async () => [],
    settings,
    unreachable: () => [],
  });
  return {
    desk,
    clock,
    care: records,
    store,
    arrive: (readings) => {
      for (const reading of readings) journal.push(entry(reading, journal.length + 1, pump));
    },
    run: (from, to) => {
      const [start, end] = [ms(from, care.zone), ms(to, care.zone)];
      const going = infusing(start, end, { infusion: `inf-${from}` }, seq);
      const last = going.at(-1);
      const readings: PumpReading[] = last
        ? [...going, { ...last, seq: last.seq + 1, atMs: end, state: 'stopped', infusedMl: going.length }]
        : [];
      seq += readings.length;
      return readings;
    },
    visit: async (day, more = {}) => {
      const draft = {
        kind: 'professional',
        start: ms(`${day} 10:00`, care.zone),
        end: ms(`${day} 11:00`, care.zone),
        place: '12',
        credential: 'rn',
        need: 'assessment',
        ...more,
      };
      const { id, version } = desk.beginService(patient, draft, 'nurse-1');
      desk.signService(patient, id, version, 'nurse-1');
    },
    forget: (before) => {
      journal = journal.filter(({ reading }) => reading.atMs >= before);
    },
  };
}

export const drugClaim = (date: string, jcode = 'J2260') => ({
  patient,
  kind: 'drug-claim',
  id: `claim-${jcode}-${date}`,
  jcode,
  date,
  basis: 'claim',
  supplier: 'Pharmacy',
});
