import Type, { type Static } from 'typebox';
import { testNames } from './rule-pack.ts';

const exact = { additionalProperties: false };
const text = Type.String();
const orNull = <const T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

/** In order of precedence: when several apply to a date, the first of them is its disposition. */
export const dispositions = [
  'NO_BENEFIT_YET',
  'NOT_HIT_BENEFIT',
  'COVERED_BUNDLED_NO_LINE',
  'HOLD_SUPPLIER',
  'HOLD_PLAN_OF_CARE',
  'HOLD_SIGNATURE',
  'HOLD_DRUG_MATCH',
  'PAYABLE_VISIT',
] as const;
export type Disposition = (typeof dispositions)[number];

export const reasonSchema = Type.Object(
  {
    test: Type.Enum([...testNames]),
    passed: Type.Boolean(),
    text,
    citation: Type.String({ description: 'Where the rule stands, and how sure it is: [FOUND], [RECALLED] …' }),
  },
  exact,
);

export const dayDecisionSchema = Type.Object(
  {
    date: text,
    disposition: Type.Enum([...dispositions]),
    code: orNull(text),
    category: orNull(Type.Integer({ minimum: 1, maximum: 3 })),
    units: orNull(Type.Integer({ minimum: 1 })),
    amountCents: orNull(Type.Integer({ minimum: 1 })),
    reasons: Type.Array(reasonSchema),
    bundledServices: Type.Array(text),
  },
  exact,
);

export const claimDecisionSchema = Type.Object(
  { rulePack: text, days: Type.Array(dayDecisionSchema) },
  { ...exact, title: 'Decision of `infusion-gateway claims decide`' },
);

export type Reason = Static<typeof reasonSchema>;
export type DayDecision = Static<typeof dayDecisionSchema>;
export type ClaimDecision = Static<typeof claimDecisionSchema>;

/** A line that is due once what holds it is mended, or is due now. */
export const hasLine = ({ disposition }: Pick<DayDecision, 'disposition'>): boolean =>
  disposition === 'PAYABLE_VISIT' || disposition.startsWith('HOLD_');
