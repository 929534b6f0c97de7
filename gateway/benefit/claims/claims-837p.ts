import type { ClaimToSend } from './claim-lines.ts';
import { amount, segment } from './x12.ts';

/** The implementation guide: professional claims, version 5010 with its errata. */
const GUIDE = '005010X222A1';

export interface Interchange {
  readonly control: number;
  /** When it was made, by the clock of whoever sends: `YYYYMMDD` and `HHMM`. */
  readonly date: string;
  readonly time: string;
  /** Test data are looked at by the receiver and not paid. */
  readonly usage: 'T' | 'P';
  readonly submitterId: string;
  readonly receiverId: string;
  readonly receiverName: string;
}

export interface NumberedClaim extends ClaimToSend {
  readonly claim: string;
}

/** Claims as ASC X12 837P, from interchange to trailer. One claim for each line, so that each can be voided alone. */
export function claims837p(claims: readonly NumberedClaim[], head: Interchange): string {
  const [first] = claims;
  if (!first) return '';
  const control = String(head.control).padStart(9, '0');
  const body = [...header(first, head), ...claims.flatMap(subscriberAndClaim)];
  const transaction = [segment('ST', 837, '0001', GUIDE), ...body];
  return [
    interchangeHead(head, control),
    segment('GS', 'HC', head.submitterId, head.receiverId, head.date, head.time, head.control, 'X', GUIDE),
    ...transaction,
    segment('SE', transaction.length + 1, '0001'),
    segment('GE', 1, head.control),
    segment('IEA', 1, control),
    '',
  ].join('\n');
}

/** Of fixed width, so not by way of `segment`. */
function interchangeHead({ submitterId, receiverId, date, time, usage }: Interchange, control: string): string {
  const id = (text: string) => text.padEnd(15).slice(0, 15);
  const none = ['00', ' '.repeat(10), '00', ' '.repeat(10)];
  const head = [...none, 'ZZ', id(submitterId), 'ZZ', id(receiverId), date.slice(2), time, '^', '00501'];
  return `ISA*${[...head, control, '0', usage, ':'].join('*')}~`;
}

/** Loops 1000A, 1000B, 2000A and 2010AA. */
function header({ supplier }: ClaimToSend, head: Interchange): string[] {
  const { name, npi, taxId, taxonomy, street, city, state, zip, contactName, contactPhone } = supplier;
  return [
    segment('BHT', '0019', '00', String(head.control), head.date, head.time, 'CH'),
    segment('NM1', '41', '2', name, null, null, null, null, '46', head.submitterId),
    segment('PER', 'IC', contactName, 'TE', contactPhone),
    segment('NM1', '40', '2', head.receiverName, null, null, null, null, '46', head.receiverId),
    segment('HL', 1, null, 20, 1),
    ...(taxonomy === null ? [] : [segment('PRV', 'BI', 'PXC', taxonomy)]),
    segment('NM1', '85', '2', name, null, null, null, null, 'XX', npi),
    segment('N3', street),
    segment('N4', city, state, zip),
    segment('REF', 'EI', taxId),
  ];
}

/** Loops 2000B, 2010BA, 2010BB, 2300, 2310A, 2310C and 2400. The subscriber is the patient. */
function subscriberAndClaim(one: NumberedClaim, i: number): string[] {
  const { coverage, payer, physician, line, claim, frequency, replaces, view } = one;
  const { lastName, firstName, memberId, street, city, state, zip, birthDate, sex, diagnoses } = coverage;
  const charge = amount(line.chargeCents);
  const codes = diagnoses.map((code, n) => [n === 0 ? 'ABK' : 'ABF', code]);
  // The principal diagnosis and at most three more point at the line.
  const pointers = diagnoses.slice(0, 4).map((_, n) => String(n + 1));
  return [
    segment('HL', i + 2, 1, 22, 0),
    segment('SBR', 'P', '18', null, null, null, null, null, null, payer.filing),
    segment('NM1', 'IL', '1', lastName, firstName, null, null, null, 'MI', memberId),
    segment('N3', street),
    segment('N4', city, state, zip),
    segment('DMG', 'D8', compact(birthDate), sex),
    segment('NM1', 'PR', '2', payer.name, null, null, null, null, 'PI', payer.payerId),
    segment('CLM', claim, charge, null, null, [view.placeOfService, 'B', frequency], 'Y', 'A', 'Y', 'Y'),
    ...(replaces === null ? [] : [segment('REF', 'F8', replaces)]),
    segment('HI', ...codes),
    segment(
      'NM1',
      'DN',
      '1',
      physician.physicianLast,
      physician.physicianFirst,
      null,
      null,
      null,
      'XX',
      physician.physicianNpi,
    ),
    // The home in which the service was given: its address sets the locality (CR 6947).
    segment('NM1', '77', '2', 'HOME OF THE PATIENT'),
    segment('N3', street),
    segment('N4', city, state, zip),
    segment('LX', 1),
    segment('SV1', ['HC', line.code], charge, 'UN', line.units, null, null, pointers),
    segment('DTP', '472', 'D8', compact(view.date)),
    segment('REF', '6R', claim),
  ];
}

const compact = (date: string): string => date.replaceAll('-', '');
