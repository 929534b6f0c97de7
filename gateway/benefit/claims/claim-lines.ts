import type { Coverage, PlanTerms } from '#model/benefit-facts.ts';
import type { ClaimLineView, LineState, MissingView } from '#model/claim-view.ts';
import type { PatientCare } from '../care.ts';
import { type DayDecision, hasLine } from '../claim-decision.ts';
import { rateOn } from '../claim-line.ts';
import type { Fact, FactBook } from '../facts/fact-book.ts';
import type { LedgerEntry } from '../ledger-chain.ts';
import { inSpan, type LocalDate } from '../local-days.ts';
import type { BenefitSettings, Payer, Supplier } from '../settings.ts';
import type { ClaimBook, ClaimEvent, Frequency, SentLine } from './claim-book.ts';
import { sharesOf } from './money.ts';

/** A home; RECALLED for this benefit, and the place that a visit has to have. */
const HOME = '12';

/** Everything that one claim says. */
export interface ClaimToSend {
  readonly view: ClaimLineView;
  readonly frequency: Frequency;
  /** The payer's number of the claim that this one takes the place of. */
  readonly replaces: string | null;
  readonly line: SentLine;
  readonly coverage: Coverage;
  readonly payer: Payer;
  readonly physician: PlanTerms;
  readonly supplier: Supplier;
}

export interface Line {
  readonly view: ClaimLineView;
  /** Null while it is not to be sent. */
  readonly send: ClaimToSend | null;
}

export interface LineParts {
  readonly patient: string;
  readonly care: PatientCare;
  readonly book: Pick<FactBook, 'list'>;
  readonly claims: ClaimBook;
  readonly settings: BenefitSettings;
  readonly ledger: readonly LedgerEntry[];
}

/** The lines of these dates: due, held, or sent before. */
export function linesOf(parts: LineParts, from: LocalDate, to: LocalDate): Line[] {
  const dates = new Set(parts.claims.dates(parts.patient));
  return parts.ledger
    .filter(({ date }) => from <= date && date <= to)
    .flatMap((entry): Line[] => {
      const due = entry.decision !== null && hasLine(entry.decision);
      return due || dates.has(entry.date) ? (lineOf(entry, parts) ?? []) : [];
    });
}

function lineOf(entry: LedgerEntry, parts: LineParts): Line[] | null {
  const { decision, date, patient } = entry;
  const { settings, claims, book, care } = parts;
  const last = claims.last(patient, date);
  const due = decision !== null && hasLine(decision) ? decision : null;
  if (!due && (!last || isVoid(last))) return null;
  const coverage = inForce(book.list(patient, 'coverage'), date)?.content;
  const payer = settings.payers.find(({ id }) => id === coverage?.payer);
  const plans = care.plans.filter((plan) => inSpan(date, plan)).map(({ id }) => id);
  const physician = book.list(patient, 'plan-terms').find(({ content }) => plans.includes(content.plan))?.content;
  const chargeCents = rateOn(settings.charges, due?.code ?? null, date);
  const payable = due?.disposition === 'PAYABLE_VISIT';
  const missing = due
    ? [...holdOf(due), ...lacking({ coverage, payer, physician, chargeCents, code: due.code }, settings)]
    : [];
  const line: SentLine | null =
    payable && due.code !== null && due.units !== null && chargeCents !== null && payer
      ? { code: due.code, units: due.units, chargeCents, payer: payer.id }
      : null;
  const { state, also } = stateOf(last, line, missing, payer);
  const view: ClaimLineView = {
    patient,
    date,
    state,
    disposition: decision?.disposition ?? 'NOTHING_LEFT',
    code: due?.code ?? null,
    category: due?.category ?? null,
    units: due?.units ?? null,
    placeOfService: HOME,
    payer: coverage?.payer ?? null,
    chargeCents,
    amountCents: due?.amountCents ?? null,
    ...sharesOf(chargeCents, due?.amountCents ?? null, date),
    missing: [...missing, ...also],
    claim: last?.claim ?? null,
    paidCents: last?.event === 'answered' ? last.paidCents : null,
    adjustments: last?.event === 'answered' ? last.adjustments : [],
    ledgerPosition: entry.position,
    ledgerHash: entry.hash,
  };
  const sends = state === 'ready' || (state === 'changed' && also.length === 0 && missing.length === 0);
  const { supplier } = settings;
  const said = line ?? (last && 'line' in last ? last.line : null);
  if (!sends || !coverage || !payer || !physician || !supplier || !said) return [{ view, send: null }];
  const frequency = state === 'ready' ? '1' : line ? '7' : '8';
  const replaces = state === 'ready' || !last || last.event === 'reopened' ? null : (last.payerControl ?? last.claim);
  return [{ view, send: { view, frequency, replaces, line: said, coverage, payer, physician, supplier } }];
}

const isVoid = (event: ClaimEvent): boolean => event.event === 'sent' && event.frequency === '8';

function inForce(coverages: readonly Fact<'coverage'>[], date: LocalDate): Fact<'coverage'> | undefined {
  return coverages
    .filter(({ content }) => inSpan(date, content))
    .toSorted((a, b) => (a.content.from < b.content.from ? -1 : 1))
    .at(-1);
}

const mender: Readonly<Record<string, readonly [test: string, who: string]>> = {
  HOLD_SUPPLIER: ['P8', 'administrator'],
  HOLD_PLAN_OF_CARE: ['P5', 'physician'],
  HOLD_SIGNATURE: ['P3', 'professional'],
  HOLD_DRUG_MATCH: ['P6', 'drug supplier'],
};

/** What holds the day itself, and who can mend it. */
function holdOf({ disposition, reasons }: DayDecision): MissingView[] {
  const found = mender[disposition];
  if (!found) return [];
  const [test, mendedBy] = found;
  return [{ what: reasons.find((reason) => reason.test === test)?.text ?? disposition, mendedBy }];
}

interface Known {
  readonly coverage: Coverage | undefined;
  readonly payer: Payer | undefined;
  readonly physician: PlanTerms | undefined;
  readonly chargeCents: number | null;
  readonly code: string | null;
}

/** What a claim needs beside the decision. */
function lacking({ coverage, payer, physician, chargeCents, code }: Known, settings: BenefitSettings): MissingView[] {
  const { supplier, submitterId, receiverId, receiverName } = settings;
  const missing: (MissingView | false)[] = [
    !coverage && { what: 'Coverage of the patient on this date.', mendedBy: 'billing' },
    coverage !== undefined &&
      !payer && { what: `The payer ${coverage.payer} in the settings.`, mendedBy: 'administrator' },
    payer?.kind === 'per-diem' && { what: `${payer.id} pays per diems: no G-code goes to it.`, mendedBy: 'billing' },
    !physician && { what: 'The terms of the plan of care, with its physician and their NPI.', mendedBy: 'billing' },
    chargeCents === null && code !== null && { what: `A charge for ${code} in the settings.`, mendedBy: 'billing' },
    !supplier && { what: 'The supplier in the settings.', mendedBy: 'administrator' },
    (submitterId === null || receiverId === null || receiverName === null) && {
      what: 'Submitter and receiver in the settings.',
      mendedBy: 'administrator',
    },
  ];
  return missing.filter((one) => one !== false);
}

function stateOf(
  last: ClaimEvent | undefined,
  line: SentLine | null,
  missing: readonly MissingView[],
  payer: Payer | undefined,
): { readonly state: LineState; readonly also: readonly MissingView[] } {
  if (!last || last.event === 'reopened' || isVoid(last)) {
    return { state: missing.length === 0 ? 'ready' : 'held', also: [] };
  }
  if (last.event === 'answered' && last.status === 'denied') {
    const what = `Claim ${last.claim} was denied (${last.adjustments.join(', ')}): mend it and reopen the line.`;
    return { state: 'denied', also: [{ what, mendedBy: 'billing' }] };
  }
  if (last.line !== null && isSameLine(last.line, line)) {
    return { state: last.event === 'answered' ? 'paid' : 'sent', also: [] };
  }
  const what = `Ask the payer to reopen claim ${last.claim}: the day is decided otherwise since it was sent.`;
  return { state: 'changed', also: payer?.mendBy === 'claim' ? [] : [{ what, mendedBy: 'billing' }] };
}

const isSameLine = (a: SentLine, b: SentLine | null): boolean =>
  b !== null && a.code === b.code && a.units === b.units && a.chargeCents === b.chargeCents && a.payer === b.payer;
