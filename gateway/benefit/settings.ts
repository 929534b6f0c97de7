import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { GatewayError } from '#kernel/errors.ts';
import { type FormProblem, formProblems } from '#model/form-problems.ts';
import { rateSchema } from './claim-facts.ts';
import { isLocalDate } from './local-days.ts';

const exact = { additionalProperties: false };
const text = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description });
const openDate = Type.Union([Type.Refine(Type.String({ description: 'a date' }), isLocalDate), Type.Null()], {
  description: 'a date YYYY-MM-DD, or null for an open end',
});
const npi = Type.String({ pattern: '^[0-9]{10}$', description: 'a National Provider Identifier of 10 digits' });

const addressed = {
  street: text(55, 'a street and number'),
  city: text(30, 'a city'),
  state: Type.String({ pattern: '^[A-Z]{2}$', description: 'a state of two letters' }),
  zip: Type.String({ pattern: '^[0-9]{5}([0-9]{4})?$', description: 'a ZIP code of 5 or 9 digits' }),
};

/** Who bills. 42 CFR 424.68: a qualified home infusion therapy supplier, enrolled by the contractor (specialty D6). */
const supplierSchema = Type.Object(
  {
    name: text(60, 'a name'),
    npi,
    taxId: Type.String({ pattern: '^[0-9]{9}$', description: 'a tax number of 9 digits' }),
    taxonomy: Type.Union([Type.String({ pattern: '^[0-9A-Z]{10}$' }), Type.Null()], {
      description: 'a taxonomy code of 10 characters, or null',
    }),
    ...addressed,
    contactName: text(60, 'a name'),
    contactPhone: Type.String({ pattern: '^[0-9]{10}$', description: 'a telephone number of 10 digits' }),
    /** Where the accreditation and the certificate end, for the compliance clock. */
    accreditedTo: openDate,
    certificateTo: openDate,
  },
  exact,
);

/** How a payer counts the days of a per diem. */
export const countingRules = ['access-days', 'infusion-days', '24-hour-blocks'] as const;
export type CountingRule = (typeof countingRules)[number];

const payerSchema = Type.Object(
  {
    id: text(64, 'an id'),
    name: text(60, 'a name'),
    /** As the claim names the payer. */
    payerId: text(80, 'the payer’s identification on claims'),
    kind: Type.Enum(['medicare', 'per-diem'], { description: 'medicare or per-diem' }),
    /** Claim filing indicator: MB is Medicare Part B. */
    filing: Type.String({ pattern: '^[A-Z0-9]{2}$', description: 'a claim filing indicator such as MB' }),
    /** How a claim that was sent is mended: by a claim with frequency code 7 or 8, or by asking the payer to reopen it. */
    mendBy: Type.Enum(['claim', 'reopening'], { description: 'claim or reopening' }),
    /** Per-diem code of each drug that it pays for by the day. */
    perDiems: Type.Optional(
      Type.Array(
        Type.Object(
          {
            jcode: Type.String({ pattern: '^[A-Z0-9]{5}$', description: 'an HCPCS code such as J2260' }),
            code: Type.String({ pattern: '^[A-Z0-9]{5}$', description: 'a per-diem code such as S9348' }),
          },
          exact,
        ),
      ),
    ),
    counting: Type.Union([Type.Enum([...countingRules]), Type.Null()], {
      description: `one of ${countingRules.join(', ')}, or null`,
    }),
  },
  exact,
);

export const benefitSettingsSchema = Type.Object(
  {
    supplier: Type.Union([supplierSchema, Type.Null()], { description: 'the supplier, or null' }),
    /** Ids on the interchange, as agreed with the receiver. */
    submitterId: Type.Union([text(15, 'an id'), Type.Null()], { description: 'an id of at most 15, or null' }),
    receiverId: Type.Union([text(15, 'an id'), Type.Null()], { description: 'an id of at most 15, or null' }),
    receiverName: Type.Union([text(60, 'a name'), Type.Null()], { description: 'a name, or null' }),
    payers: Type.Array(payerSchema),
    /** What the supplier charges for a code. Its own figures: none is built in. */
    charges: Type.Array(Type.Object({ ...rateSchema.properties, to: openDate }, exact)),
    /** Nothing of the benefit is removed before so many years. */
    retentionYears: Type.Integer({ minimum: 7, maximum: 100, description: 'years, 7 or more (42 CFR 424.516(f))' }),
    /** Patients of whom nothing is removed while the hold lasts. */
    legalHolds: Type.Array(text(64, 'the id of a patient')),
  },
  exact,
);

export type BenefitSettings = Static<typeof benefitSettingsSchema>;
export type Supplier = Static<typeof supplierSchema>;
export type Payer = Static<typeof payerSchema>;

/** What holds without a file of settings: ten years (31 USC 3731(b)), and nobody to bill as. */
export const defaultBenefitSettings: BenefitSettings = {
  supplier: null,
  submitterId: null,
  receiverId: null,
  receiverName: null,
  payers: [],
  charges: [],
  retentionYears: 10,
  legalHolds: [],
};

/** Settings of a file; what it leaves out is as without one. @throws GatewayError `config-invalid` with every problem */
export function parseBenefitSettings(input: unknown): BenefitSettings {
  const whole = typeof input === 'object' && input !== null ? { ...defaultBenefitSettings, ...input } : input;
  const problems = formProblems(benefitSettingsSchema, whole);
  if (problems.length > 0 || !Value.Check(benefitSettingsSchema, whole)) throw refusal(problems);
  return whole;
}

function refusal(problems: readonly FormProblem[]): GatewayError {
  const lines = problems.map(({ where, problem }) => `\n  ${where}: ${problem}`);
  return new GatewayError('config-invalid', `Settings of the benefit:${lines.join('')}`);
}
