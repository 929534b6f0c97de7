import type { ServiceRecord } from '#model/service-record.ts';
import type { PatientCare } from '../care.ts';
import type { ClaimFacts, Rate } from '../claim-facts.ts';
import { administrationsOf, type Matched } from '../evidence/administrations.ts';
import type { Evidence, EvidenceBody } from '../evidence/evidence-book.ts';
import type { FactBook } from '../facts/fact-book.ts';
import { isVisit } from '../facts/service-views.ts';
import type { LocalDate } from '../local-days.ts';

/** What a decision rests on, and what could not become part of it. */
export interface Gathered {
  readonly facts: ClaimFacts;
  readonly matched: Matched;
}

export interface ToGather {
  readonly patient: string;
  readonly care: PatientCare;
  readonly book: Pick<FactBook, 'list'>;
  readonly alertServices: readonly ServiceRecord[];
  readonly evidence: readonly Pick<Evidence | EvidenceBody, 'pump' | 'stretches'>[];
  readonly rates: readonly Rate[];
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly submitOn: LocalDate;
}

/** The facts of `claims decide`, from everything that is known of a patient. The same facts in any order give the same. */
export function gatherFacts({ patient, care, book, alertServices, evidence, rates, ...range }: ToGather): Gathered {
  const services = book.list(patient, 'service').filter(({ content }) => content.end !== null);
  const stretches = evidence.flatMap(({ pump, stretches: own }) => own.map((stretch) => ({ ...stretch, pump })));
  const matched = administrationsOf(stretches, care.orders, care.zone);
  const known = new Set(care.orders.map(({ id }) => id));
  const reported = book
    .list(patient, 'administration')
    .filter(({ content }) => known.has(content.order))
    .map(({ content: { order, start, end, volumeMl } }) => ({
      order,
      start: isoOf(start),
      end: isoOf(end),
      volume_ml: volumeMl,
    }));
  const facts: ClaimFacts = {
    patient: { id: patient, zone: care.zone },
    ...range,
    supplier: { qualified: care.supplier.map(({ from, to }) => ({ from, to })) },
    plans: care.plans.map(({ patient: _, ...plan }) => plan),
    orders: care.orders.map(({ id, jcode, modifiers, pumpCode, from, to }) => ({
      id,
      jcode,
      modifiers,
      pumpCode,
      from,
      to,
    })),
    administrations: [
      ...matched.administrations.map(({ order, start, end, volume_ml }) => ({ order, start, end, volume_ml })),
      ...reported,
    ],
    visits: services
      .filter(({ content }) => isVisit(content))
      .map(({ id, content: { start, end, place, credential, need }, signature }) => ({
        id,
        in: isoOf(start),
        out: isoOf(end ?? start),
        place,
        professional: credential,
        complex: need !== null,
        signed: signature !== null,
      })),
    services: [
      ...services
        .filter(({ content }) => !isVisit(content))
        .map(({ id, content: { kind, start, end } }) => ({ id, kind, start: isoOf(start), end: isoOf(end ?? start) })),
      ...alertServices.map(({ id, kind, start, end }) => ({ id, kind, start: isoOf(start), end: isoOf(end) })),
    ],
    drugClaims: book.list(patient, 'drug-claim').map(({ content: { jcode, date } }) => ({ jcode, date })),
    priorLines: book.list(patient, 'prior-line').map(({ content: { date, code } }) => ({ date, code })),
    discharges: book.list(patient, 'episode').flatMap(({ content: { to } }) => to ?? []),
    rates: [...rates],
  };
  return { facts, matched };
}

const isoOf = (ms: number): string => Temporal.Instant.fromEpochMilliseconds(Math.round(ms)).toString();
