import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { HeadSigner } from '#kernel/head-signer.ts';
import type { IdMaker } from '#kernel/ids.ts';
import type { Chain } from '#kernel/sealed-stream.ts';
import type { StateStore } from '#kernel/state-store.ts';
import type { ClaimLineView } from '#model/claim-view.ts';
import type { ComplianceItem } from '#model/compliance-view.ts';
import type { DayView } from '#model/day-view.ts';
import type { FormProblem } from '#model/form-problems.ts';
import type { HeldRange } from '#model/held-range.ts';
import type { OtherPayersView } from '#model/other-payers-view.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type { FactSource, ServiceView } from '#model/service-view.ts';
import type { CareRecords, PatientCare } from '../care.ts';
import { ClaimBook } from '../claims/claim-book.ts';
import { ClaimDesk, type ClaimQuery, type Exported, type FileFormat } from '../claims/claim-desk.ts';
import type { ReadingSource } from '../evidence/delivery-days.ts';
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { heldReadings } from '../evidence/held-readings.ts';
import { type Cipher, FactBook } from '../facts/fact-book.ts';
import { readFacts } from '../facts/import-facts.ts';
import { type Actor, type Correction, ServiceDesk } from '../facts/service-desk.ts';
import { viewOfAlertService, viewOfFact } from '../facts/service-views.ts';
import { BenefitLedger } from '../ledger.ts';
import { boundsOf, localDateAt } from '../local-days.ts';
import { perDiemsOf } from '../payers/per-diem.ts';
import { physiologicOf } from '../payers/remote-physiologic.ts';
import { RateBook, type RateRow, type RateSource } from '../rates/rate-book.ts';
import { curveKey, packetPdf } from '../reports/audit-packet.ts';
import { curveOf } from '../reports/curves.ts';
import { medicareHitPack } from '../rule-packs.ts';
import { rulesOn } from '../rules-on.ts';
import type { BenefitSettings } from '../settings.ts';
import { BenefitDays } from './benefit-days.ts';
import { complianceOf } from './compliance.ts';

/** What the benefit stands on. The composition root supplies it. */
export interface BenefitParts {
  /** Its own: nobody else writes there. */
  readonly store: StateStore;
  readonly signer: HeadSigner;
  readonly cipher: Cipher;
  readonly clock: Pick<Clock, 'wall'>;
  readonly newId: IdMaker;
  readonly care: CareRecords;
  readonly readings: ReadingSource;
  readonly settings: BenefitSettings;
  /** Times of the coming days in which nobody is on call for this patient; null when no schedule is known. Unix ms. */
  unreachable(patient: string): readonly { readonly from: number; readonly to: number }[] | null;
  /** Services that the handling of this patient's alerts was. */
  alertServices(patient: string): Promise<readonly ServiceRecord[]>;
}

/** The benefit as people and programs ask for it. */
export class BenefitDesk {
  readonly facts: FactBook;
  readonly evidence: EvidenceBook;
  readonly ledger: BenefitLedger;
  readonly claims: ClaimDesk;
  readonly #claimBook: ClaimBook;
  readonly #rates: RateBook;
  readonly #days: BenefitDays;
  readonly #parts: BenefitParts;
  readonly #services: ServiceDesk;

  constructor(parts: BenefitParts) {
    this.#parts = parts;
    this.facts = new FactBook(parts.store, parts.signer, parts.cipher);
    this.evidence = new EvidenceBook(parts.store, parts.signer, parts.readings);
    this.#rates = new RateBook(parts.store);
    this.ledger = new BenefitLedger(parts.store, parts.signer);
    this.#days = new BenefitDays({
      ...this,
      care: parts.care,
      clock: parts.clock,
      pack: medicareHitPack,
      alertServices: (patient) => parts.alertServices(patient),
      rates: (patient) => {
        return this.#rates.ratesFor(this.facts.list(patient, 'coverage').map(({ content }) => content));
      },
    });
    this.#claimBook = new ClaimBook(parts.store, parts.signer);
    this.claims = new ClaimDesk({ ...parts, ...this, days: this.#days, claims: this.#claimBook });
    this.#services = new ServiceDesk(this.facts, parts.newId);
  }

  /** What `infusion-gateway verify` proves. */
  chains(): readonly Chain[] {
    return [this.facts, this.evidence, this.ledger, this.#claimBook];
  }

  /** Those of an alert's handling and those that were recorded, in order of beginning. */
  async services(patient: string): Promise<ServiceView[]> {
    const handled = await this.#parts.alertServices(patient);
    const recorded = this.facts.list(patient, 'service');
    return [...handled.map(viewOfAlertService), ...recorded.map(viewOfFact)].sort(
      (a, b) => a.start - b.start || (a.id < b.id ? -1 : 1),
    );
  }

  serviceHistory(patient: string, id: string): ServiceView[] {
    return this.facts.history(patient, 'service', id).map(viewOfFact);
  }

  beginService(patient: string, input: object, person: string): ServiceView {
    this.#careOf(patient);
    return viewOfFact(this.#services.begin(patient, input, this.#actor(person)));
  }

  correctService(patient: string, id: string, input: object, correction: Correction, person: string): ServiceView {
    return viewOfFact(this.#services.correct(patient, id, input, correction, this.#actor(person)));
  }

  signService(patient: string, id: string, version: number, person: string): ServiceView {
    return viewOfFact(this.#services.sign(patient, id, version, this.#actor(person)));
  }

  withdrawService(patient: string, id: string, correction: Correction, person: string): void {
    this.#services.withdraw(patient, id, correction, this.#actor(person));
  }

  pumpCodes(): string[] {
    return [...rulesOn(medicareHitPack, localDateAt(this.#parts.clock.wall(), 'UTC')).dmePumps].sort();
  }

  days(patient: string, from: string, to: string): Promise<DayView[]> {
    return this.#days.days(patient, from, to);
  }

  /** All of the rows, or none and every problem. */
  importFacts(
    rows: readonly unknown[],
    person: string,
  ): { readonly recorded: number } | { readonly problems: readonly FormProblem[] } {
    const read = readFacts(rows);
    if (!read.ok) return { problems: read.problems };
    const known = new Set(this.#parts.care.patients());
    const strangers = read.drafts.flatMap(({ patient }, i) =>
      known.has(patient) ? [] : [{ where: `row ${i + 1}: patient`, problem: `${patient} is not in the registry` }],
    );
    if (strangers.length > 0) return { problems: strangers };
    const { name, ...when } = this.#actor(person, 'import');
    return { recorded: this.facts.record(read.drafts, { by: name, ...when }).length };
  }

  /** Keeps the rates of a file that somebody imported. */
  putRates(rows: readonly RateRow[], source: Omit<RateSource, 'at'>): void {
    this.#rates.put(rows, { ...source, at: this.#parts.clock.wall() });
  }

  /** What the plan of care and the law ask for, each done, due or overdue. */
  async compliance(patient: string): Promise<ComplianceItem[]> {
    const care = this.#careOf(patient);
    const { settings, clock } = this.#parts;
    const services = await this.services(patient);
    const monitored = services.filter(({ kind, end }) => kind.endsWith('monitoring') && end !== null);
    return complianceOf({
      care,
      terms: this.facts.list(patient, 'plan-terms'),
      monitoredAt: monitored.map(({ start }) => start),
      settings,
      unreachable: this.#parts.unreachable(patient),
      today: localDateAt(clock.wall(), care.zone),
    });
  }

  /** A day sheet for each date that was decided, as PDF. */
  async packet(patient: string, from: string, to: string): Promise<Buffer> {
    const { zone } = this.#careOf(patient);
    const days = await this.days(patient, from, to);
    const curves = new Map<string, Awaited<ReturnType<typeof curveOf>>>();
    for (const { date, proofs } of days) {
      const bounds = boundsOf(date, zone);
      for (const { pump } of bounds ? proofs : []) {
        if (bounds) curves.set(curveKey(date, pump), await curveOf(this.#parts.readings, { pump, ...bounds }));
      }
    }
    const services = await this.services(patient);
    return packetPdf({ patient, zone, days, services, curves, madeAt: this.#parts.clock.wall() });
  }

  /** What payers other than Medicare would be asked for, and the other benefit. Nothing of it is a claim. */
  async otherPayers(patient: string, from: string, to: string): Promise<OtherPayersView> {
    const care = this.#careOf(patient);
    const days = await this.days(patient, from, to);
    const payers = this.facts
      .list(patient, 'coverage')
      .flatMap(({ content }) => this.#parts.settings.payers.find(({ id }) => id === content.payer) ?? []);
    const perDiems = [...new Set(payers)].flatMap(({ id, counting, perDiems: codes = [] }) => {
      if (counting === null) return [];
      const therapies = care.orders.flatMap(({ id: order, jcode, from: begin, to: end }) =>
        codes
          .filter((one) => one.jcode === jcode)
          .map(({ code }) => ({
            ...{ id: order, code, from: begin, to: end },
            infusions: days.flatMap(({ deliveries }) => deliveries.filter((one) => one.order === order)),
          })),
      );
      return perDiemsOf(therapies, counting, care.zone, from, to).map((line) => ({ payer: id, ...line }));
    });
    const data = [
      ...this.facts
        .list(patient, 'physiologic')
        .map(({ content }) => ({ date: content.date, source: 'physiologic' as const })),
      ...days.filter(({ proofs }) => proofs.length > 0).map(({ date }) => ({ date, source: 'pump' as const })),
    ];
    const times = this.facts.list(patient, 'practitioner-time').map(({ content }) => content);
    const services = (await this.services(patient)).map(({ id, start, end }) => ({ id, start, end: end ?? start }));
    return { perDiems, physiologic: physiologicOf(data, times, services, care.zone) };
  }

  /** Readings that the journal has to keep, however old they are. `now`: Unix ms by a clock that is beyond doubt. */
  heldReadings(now: number): Promise<HeldRange[]> {
    const { care, settings } = this.#parts;
    return heldReadings(
      {
        patients: care.patients(),
        care: (patient) => care.care(patient),
        signedAt: (patient) =>
          this.facts
            .list(patient, 'service')
            .flatMap(({ content, signature, version }) => (signature || version > 1 ? [content.start] : [])),
        claimedOn: (patient) => this.#claimBook.dates(patient),
        settings,
      },
      now,
    );
  }

  patients(): readonly string[] {
    return this.#parts.care.patients();
  }

  claimLines(query: ClaimQuery): Promise<ClaimLineView[]> {
    return this.claims.lines(query);
  }

  claimFile(query: ClaimQuery, format: FileFormat): Promise<string> {
    return this.claims.look(query, format);
  }

  exportClaims(query: ClaimQuery, format: FileFormat, person: string): Promise<Exported> {
    return this.claims.export(query, format, person);
  }

  remit(text: string, person: string): ReturnType<ClaimDesk['remit']> {
    return this.claims.remit(text, person);
  }

  reopenClaim(claim: string, reason: string, person: string): void {
    this.claims.reopen(claim, reason, person);
  }

  #careOf(patient: string): PatientCare {
    const care = this.#parts.care.care(patient);
    if (!care) throw new GatewayError('not-found', 'There is no patient of that id.');
    return care;
  }

  #actor(name: string, source: FactSource = 'api'): Actor {
    return { name, at: this.#parts.clock.wall(), source };
  }
}
