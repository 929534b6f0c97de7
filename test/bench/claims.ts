import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClaimFacts } from '#benefit/claim-facts.ts';
import { decideClaims } from '#benefit/decide-claims.ts';
import { BenefitLedger } from '#benefit/ledger.ts';
import { medicareHitPack } from '#benefit/rule-packs.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import { wallMs } from '#kernel/time.ts';
import { type Bench, median, milliseconds, percentile, type Row, whole } from './bench.ts';

const ROUNDS = 15;
const STORED_ROUNDS = 7;
const PATIENTS = 50;
const FIRST = '2024-03-01';
const DAYS = 31;

/** The decisions of a month, which a billing person waits for. */
export const claims: Bench = {
  name: 'claims',
  how: `A month of ${PATIENTS} patients, each with an infusion a day, two visits a week and a service a day; ${ROUNDS} rounds in one thread; stored: decided and kept in a new ledger of SQLite with one fsync, its head signed.`,
  run: async () => {
    const patients = Array.from({ length: PATIENTS }, (_, i) => month(i));
    const took: number[] = [];
    let days = 0;
    let lines = 0;
    for (let round = 0; round <= ROUNDS; round += 1) {
      const began = performance.now();
      const decided = patients.flatMap((facts) => decideClaims(facts).days);
      took.push(performance.now() - began);
      days = decided.length;
      lines = decided.filter(({ disposition }) => disposition === 'PAYABLE_VISIT').length;
    }
    const stored: number[] = [];
    for (let round = 0; round < STORED_ROUNDS; round += 1) stored.push(storing(patients));
    const [first = Number.NaN, ...warm] = took;
    return [
      ['', 'first', 'median', '95 %'],
      ['month', milliseconds(first), milliseconds(median(warm)), milliseconds(percentile(warm, 0.95))],
      ['stored', '', milliseconds(median(stored)), milliseconds(percentile(stored, 0.95))],
      ['days', whole(days), '', ''],
      ['payable', whole(lines), '', ''],
    ] satisfies Row[];
  },
};

/** Milliseconds to decide a month of all patients and keep it. */
function storing(patients: readonly ClaimFacts[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'infusion-bench-'));
  const store = new SqliteStateStore(join(folder, 'benefit.db'));
  const ledger = new BenefitLedger(store, ed25519Signer(newSigningKey()));
  const began = performance.now();
  const all = patients.map((facts) => ({ facts, pack: medicareHitPack }));
  ledger.recordAll(all, wallMs(Date.UTC(2024, 3, 5)));
  const took = performance.now() - began;
  store.close();
  rmSync(folder, { recursive: true, force: true });
  return took;
}

/** Everyday facts, a little apart from patient to patient. */
function month(patient: number): ClaimFacts {
  const zone = ['America/New_York', 'America/Chicago', 'America/Denver', 'Pacific/Honolulu'][patient % 4] ?? 'UTC';
  const dates = Array.from({ length: DAYS }, (_, i) => Temporal.PlainDate.from(FIRST).add({ days: i }).toString());
  const at = (date: string, clock: string) =>
    Temporal.PlainDateTime.from(`${date}T${clock}`).toZonedDateTime(zone).toInstant().toString();
  const [jcode, modifier] = [['J2260'], ['J1559', 'JB'], ['J9190']][patient % 3] ?? [];
  const visitDays = dates.filter((_, i) => (i + patient) % 7 === 1 || (i + patient) % 7 === 4);
  const code = jcode ?? 'J2260';
  return {
    patient: { id: `patient-${patient}`, zone },
    from: FIRST,
    to: dates.at(-1) ?? FIRST,
    submitOn: '2024-04-05',
    supplier: { qualified: [{ from: '2021-01-01', to: null }] },
    plans: [
      {
        id: 'plan',
        establishedBy: 'physician',
        signedOn: '2024-02-20',
        from: '2024-02-20',
        to: null,
        services: ['professional', 'remote-monitoring'],
      },
    ],
    orders: [
      {
        id: 'order',
        jcode: code,
        modifiers: modifier ? [modifier] : [],
        pumpCode: 'E0781',
        from: '2024-02-20',
        to: null,
      },
    ],
    administrations: dates.map((date) => ({
      order: 'order',
      start: at(date, '20:00'),
      end: at(date, '23:30'),
      volume_ml: 50,
    })),
    visits: visitDays.map((date) => ({
      id: `visit-${date}`,
      in: at(date, '19:45'),
      out: at(date, '20:45'),
      place: '12',
      professional: 'rn',
      complex: true,
      signed: true,
    })),
    services: dates.map((date) => ({
      id: `service-${date}`,
      kind: 'remote-monitoring',
      start: at(date, '21:00'),
      end: at(date, '21:06'),
    })),
    drugClaims: [{ jcode: code, date: FIRST }],
    priorLines: [{ date: '2024-02-21', code: 'G0088' }],
    discharges: [],
    rates: [],
  };
}
