import type { Clock } from '#kernel/clock.ts';
import { GatewayError } from '#kernel/errors.ts';
import type { DayView } from '#model/day-view.ts';
import type { ServiceRecord } from '#model/service-record.ts';
import type { CareRecords, PatientCare } from '../care.ts';
import type { Rate } from '../claim-facts.ts';
import { decideClaims } from '../decide-claims.ts';
import type { EvidenceBook } from '../evidence/evidence-book.ts';
import { windowsOf } from '../evidence/windows.ts';
import type { FactBook } from '../facts/fact-book.ts';
import type { BenefitLedger } from '../ledger.ts';
import type { LedgerEntry } from '../ledger-chain.ts';
import { earlier, type LocalDate, later, localDateAt } from '../local-days.ts';
import type { RulePack } from '../rule-pack.ts';
import { dayViewOf, type SeenEvidence } from './day-views.ts';
import { type Gathered, gatherFacts } from './gather-facts.ts';

export interface DaysParts {
  readonly facts: FactBook;
  readonly evidence: EvidenceBook;
  readonly ledger: BenefitLedger;
  readonly care: CareRecords;
  readonly clock: Pick<Clock, 'wall'>;
  readonly pack: RulePack;
  alertServices(patient: string): Promise<readonly ServiceRecord[]>;
  /** Amounts in force where the patient lives. */
  rates(patient: string): readonly Rate[];
}

/** Everything about a patient up to a date, decided. */
export interface Decided extends Gathered {
  readonly care: PatientCare;
  readonly seen: readonly SeenEvidence[];
  readonly today: LocalDate;
}

/**
 * Days as the ledger has them. To ask for days brings the ledger up to what is known: the evidence of the range is looked
 * at, all of the patient's history is decided, and what comes out otherwise than before is recorded. A date that is not
 * over is shown and not recorded, unless a claim is made of it.
 */
export class BenefitDays {
  readonly #parts: DaysParts;

  constructor(parts: DaysParts) {
    this.#parts = parts;
  }

  async days(patient: string, from: LocalDate, to: LocalDate): Promise<DayView[]> {
    const { facts: book, ledger, pack } = this.#parts;
    const decided = await this.bringUpToDate(patient, from, to, false);
    const services = book.list(patient, 'service');
    const entries = ledger.current(patient);
    const inRange = decideClaims(decided.facts, pack).days.filter(({ date }) => from <= date && date <= to);
    return inRange.map((decision) =>
      dayViewOf(decision, { ...decided, evidence: decided.seen, services, ledger: entries }),
    );
  }

  /** What was ever decided about a date, oldest first. */
  history(patient: string, date: LocalDate): LedgerEntry[] {
    return this.#parts.ledger.history(patient, date);
  }

  /** Looks at the evidence of first..last, decides, and records what changed. `withToday` records a date not over too. */
  async bringUpToDate(patient: string, first: LocalDate, last: LocalDate, withToday: boolean): Promise<Decided> {
    const { care: records, clock, evidence, ledger, facts: book, pack } = this.#parts;
    const care = records.care(patient);
    if (!care) throw new GatewayError('not-found', 'There is no patient of that id.');
    const now = clock.wall();
    const today = localDateAt(now, care.zone);
    const alertServices = await this.#parts.alertServices(patient);
    const begin = this.#firstDate(patient, care, alertServices, first);
    const end = earlier(last, today);
    const seen = await this.#evidenceOf(patient, care, { begin, first, end, withToday, today });
    const toGather = {
      patient,
      care,
      book,
      alertServices,
      evidence: seen,
      rates: this.#parts.rates(patient),
      from: begin,
      submitOn: today,
    };
    const gathered = gatherFacts({ ...toGather, to: later(begin, end) });
    const over = withToday ? end : earlier(end, dayBefore(today));
    if (over >= begin) ledger.record({ ...gathered.facts, to: over }, pack, now);
    const kept = new Map(evidence.list(patient).map((one) => [windowKey(one), one.position]));
    const placed = seen.map((one) => {
      const position = kept.get(windowKey(one));
      return position === undefined || (one.date >= today && !withToday) ? one : { ...one, position };
    });
    return { ...gathered, care, seen: placed, today };
  }

  async #evidenceOf(
    patient: string,
    { zone, assignments }: PatientCare,
    {
      begin,
      first,
      end,
      withToday,
      today,
    }: Readonly<Record<'begin' | 'first' | 'end' | 'today', LocalDate>> & { readonly withToday: boolean },
  ): Promise<SeenEvidence[]> {
    const { evidence, clock } = this.#parts;
    const now = clock.wall();
    const kept = new Map(evidence.list(patient).map((one) => [windowKey(one), one]));
    const seen: SeenEvidence[] = [];
    const changed: Parameters<EvidenceBook['keep']>[0][number][] = [];
    for (const window of windowsOf(patient, zone, assignments, begin, end, now)) {
      const before = kept.get(windowKey(window));
      if (window.date < first && before) {
        seen.push(before);
        continue;
      }
      const { delivery, isKept } = await evidence.look(window);
      if (!delivery) continue;
      seen.push({ ...window, ...delivery });
      if (!isKept && (withToday || window.date < today)) changed.push({ window, delivery });
    }
    if (changed.length > 0) evidence.keep(changed, now);
    return seen;
  }

  /** The first date of which anything is known. */
  #firstDate(
    patient: string,
    { zone, assignments }: PatientCare,
    alertServices: readonly ServiceRecord[],
    asked: LocalDate,
  ): LocalDate {
    const { facts: book } = this.#parts;
    const instants = [
      ...assignments.map(({ from }) => from),
      ...alertServices.map(({ start }) => start),
      ...book.list(patient, 'service').map(({ content }) => content.start),
      ...book.list(patient, 'administration').map(({ content }) => content.start),
    ];
    const first = instants.length === 0 ? asked : localDateAt(Math.min(...instants), zone);
    return earlier(first, asked);
  }
}

const windowKey = ({ pump, date, from }: Pick<SeenEvidence, 'pump' | 'date' | 'from'>): string =>
  `${pump} ${date} ${from}`;

const dayBefore = (date: LocalDate): LocalDate => Temporal.PlainDate.from(date).subtract({ days: 1 }).toString();
