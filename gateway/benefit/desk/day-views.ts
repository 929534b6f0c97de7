import type { DayView, DeliveryView } from '#model/day-view.ts';
import type { PatientCare } from '../care.ts';
import type { DayDecision } from '../claim-decision.ts';
import type { Matched } from '../evidence/administrations.ts';
import type { EvidenceBody } from '../evidence/evidence-book.ts';
import type { Fact } from '../facts/fact-book.ts';
import { isVisit } from '../facts/service-views.ts';
import type { LedgerEntry } from '../ledger-chain.ts';
import { boundsOf, localDateAt } from '../local-days.ts';
import { sentenceOf } from './day-sentence.ts';

/** Evidence as it was looked at; without a position while it is not in the chain. */
export type SeenEvidence = Omit<EvidenceBody, 'supersedes' | 'recordedAt'> & { readonly position?: number };

export interface DayParts {
  readonly care: PatientCare;
  readonly matched: Matched;
  readonly evidence: readonly SeenEvidence[];
  readonly services: readonly Fact<'service'>[];
  readonly ledger: readonly LedgerEntry[];
  /** The first date that is not over. */
  readonly today: string;
}

export function dayViewOf(decision: DayDecision, parts: DayParts): DayView {
  const { care, evidence, services, ledger, today } = parts;
  const { date } = decision;
  const entry = ledger.find((one) => one.date === date);
  const ofDate = evidence.filter((one) => one.date === date);
  return {
    ...decision,
    sentence: sentenceOf(decision),
    provisional: date >= today,
    visits: services
      .filter(({ content }) => isVisit(content) && localDateAt(content.start, care.zone) === date)
      .map(({ id, content: { start, end, performer, credential, place }, signature }) => ({
        id,
        from: start,
        to: end,
        performer,
        credential,
        place,
        signed: signature !== null,
      })),
    deliveries: deliveriesOn(date, parts),
    unmatched: parts.matched.unmatched
      .filter(({ from }) => localDateAt(from, care.zone) === date)
      .map(({ pump, drug, from, to }) => ({ pump, drug, from, to })),
    proofs: ofDate.map(({ pump, readings, proof, clockAheadMs, position }) => ({
      pump,
      readings,
      proof,
      clockAheadMs,
      position: position ?? null,
    })),
    ledger: entry
      ? {
          position: entry.position,
          hash: entry.hash,
          decidedAt: entry.decidedAt,
          rulePack: entry.rulePack,
          supersedes: entry.supersedes,
        }
      : null,
  };
}

function deliveriesOn(date: string, { care, matched, evidence }: DayParts): DeliveryView[] {
  const day = boundsOf(date, care.zone);
  if (!day) return [];
  return matched.administrations
    .filter(({ from, to }) => from < day.to && to > day.from)
    .map(({ pump, order, from, to, volume_ml: volumeMl }) => ({
      pump,
      order,
      jcode: care.orders.find(({ id }) => id === order)?.jcode ?? '',
      from: Math.max(from, day.from),
      to: Math.min(to, day.to),
      volumeMl: from >= day.from && to <= day.to ? volumeMl : volumeOn(date, pump, from, to, evidence),
      gaps: evidence
        .filter((one) => one.pump === pump && one.date === date)
        .flatMap(({ stretches }) => stretches)
        .filter((stretch) => stretch.from < to && stretch.to > from)
        .flatMap(({ gaps }) => gaps),
    }));
}

/** The part of an administration through midnight that was given on this date. */
function volumeOn(date: string, pump: string, from: number, to: number, evidence: readonly SeenEvidence[]): number {
  return evidence
    .filter((one) => one.pump === pump && one.date === date)
    .flatMap(({ stretches }) => stretches)
    .filter((stretch) => stretch.from >= from && stretch.to <= to)
    .reduce((sum, { volumeMl }) => sum + volumeMl, 0);
}
