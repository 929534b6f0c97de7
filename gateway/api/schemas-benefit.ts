import Type, { type Static, type TBoolean, type TInteger, type TNumber, type TString } from 'typebox';
import { evidenceSchema } from '#model/benefit-facts.ts';
import { type ClaimLineView, lineStates } from '#model/claim-view.ts';
import type { ComplianceItem } from '#model/compliance-view.ts';
import type { DayView } from '#model/day-view.ts';
import type { OtherPayersView } from '#model/other-payers-view.ts';
import { serviceKinds } from '#model/service-record.ts';

/** The shapes of answers about the benefit. All instants are Unix ms, all amounts whole cents. */

const closed = { additionalProperties: false } as const;
/** A list of types rather than `anyOf`, which the serialiser would have to try one by one. */
const nullable = <T extends TString | TInteger | TNumber | TBoolean>(schema: T) =>
  Type.Unsafe<Static<T> | null>({ ...schema, type: [schema.type, 'null'] });

const text = Type.String();
const maybeText = nullable(text);
const instant = Type.Integer({ description: 'Unix ms' });

const signatureSchema = Type.Object({ by: text, credential: text, at: instant }, closed);

export const serviceViewSchema = Type.Object(
  {
    id: text,
    version: Type.Integer(),
    kind: Type.Enum([...serviceKinds]),
    patient: maybeText,
    pump: maybeText,
    hub: maybeText,
    alert: maybeText,
    performer: text,
    credential: maybeText,
    action: maybeText,
    start: instant,
    end: nullable(instant),
    durationMs: nullable(Type.Integer()),
    place: text,
    channel: maybeText,
    need: maybeText,
    planItem: maybeText,
    finding: maybeText,
    pumpRateVerified: nullable(Type.Boolean()),
    evidence: Type.Array(Type.Object({ ...evidenceSchema.properties, hash: maybeText }, closed)),
    signature: Type.Union([signatureSchema, Type.Null()]),
    correctedBecause: maybeText,
    covered: Type.Literal(true),
    bundled: Type.Boolean(),
    separatelyPayable: Type.Literal(false),
    citation: text,
    hash: maybeText,
  },
  closed,
);

const reasonSchema = Type.Object({ test: text, passed: Type.Boolean(), text, citation: text }, closed);
const gapSchema = Type.Object({ from: instant, to: instant }, closed);

const dayViewShape = Type.Object(
  {
    date: text,
    disposition: text,
    sentence: Type.String({ description: 'the decision, for people' }),
    provisional: Type.Boolean({ description: 'the date is not over, so it is not in the ledger yet' }),
    code: maybeText,
    category: nullable(Type.Integer()),
    units: nullable(Type.Integer()),
    amountCents: nullable(Type.Integer()),
    reasons: Type.Array(reasonSchema),
    bundledServices: Type.Array(text),
    visits: Type.Array(
      Type.Object(
        {
          id: text,
          from: instant,
          to: nullable(instant),
          performer: text,
          credential: text,
          place: text,
          signed: Type.Boolean(),
        },
        closed,
      ),
    ),
    deliveries: Type.Array(
      Type.Object(
        {
          pump: text,
          order: text,
          jcode: text,
          from: Type.Number({ description: 'Unix ms' }),
          to: Type.Number({ description: 'Unix ms' }),
          volumeMl: Type.Number(),
          gaps: Type.Array(gapSchema),
        },
        closed,
      ),
    ),
    unmatched: Type.Array(Type.Object({ pump: text, drug: maybeText, from: Type.Number(), to: Type.Number() }, closed)),
    proofs: Type.Array(
      Type.Object(
        {
          pump: text,
          readings: Type.Integer(),
          proof: text,
          clockAheadMs: Type.Number(),
          position: nullable(Type.Integer()),
        },
        closed,
      ),
    ),
    ledger: Type.Union([
      Type.Object(
        {
          position: Type.Integer(),
          hash: text,
          decidedAt: instant,
          rulePack: text,
          supersedes: nullable(Type.Integer()),
        },
        closed,
      ),
      Type.Null(),
    ]),
  },
  closed,
);
export const dayViewSchema = Type.Unsafe<DayView>(dayViewShape);

const cents = nullable(Type.Integer({ description: 'whole cents' }));
const claimLineShape = Type.Object(
  {
    patient: text,
    date: text,
    state: Type.Enum([...lineStates]),
    disposition: text,
    code: maybeText,
    category: nullable(Type.Integer()),
    units: nullable(Type.Integer()),
    placeOfService: text,
    payer: maybeText,
    chargeCents: cents,
    amountCents: cents,
    allowedCents: cents,
    payerCents: cents,
    patientCents: cents,
    missing: Type.Array(Type.Object({ what: text, mendedBy: text }, closed)),
    claim: maybeText,
    paidCents: cents,
    adjustments: Type.Array(text),
    ledgerPosition: Type.Integer(),
    ledgerHash: text,
  },
  closed,
);
export const claimLineSchema = Type.Unsafe<ClaimLineView>(claimLineShape);

const complianceShape = Type.Object(
  {
    what: Type.Enum(['monitoring', 'plan-review', 'accreditation', 'certificate', 'reachability']),
    plan: maybeText,
    state: Type.Enum(['overdue', 'due', 'unknown', 'done']),
    due: maybeText,
    lastOn: maybeText,
    text,
    citation: text,
  },
  closed,
);
export const complianceSchema = Type.Unsafe<ComplianceItem>(complianceShape);

const perDiemShape = Type.Object(
  { payer: text, month: text, code: text, modifier: maybeText, units: Type.Integer(), from: text, to: text },
  closed,
);
const periodShape = Type.Object(
  { clock: text, from: text, dataDays: Type.Integer(), minutes: Type.Integer(), codes: Type.Array(text) },
  closed,
);
export const otherPayersSchema = Type.Unsafe<OtherPayersView>(
  Type.Object(
    {
      perDiems: Type.Array(perDiemShape),
      physiologic: Type.Object(
        { claim: Type.Literal(false), periods: Type.Array(periodShape), possibleDuplicates: Type.Array(text) },
        closed,
      ),
    },
    closed,
  ),
);
