import Type, { type Static } from 'typebox';
import { benefitCodes } from '#model/benefit-facts.ts';
import { serviceKinds } from '#model/service-record.ts';
import { isInstant, isLocalDate, isZone } from './local-days.ts';

const exact = { additionalProperties: false };

const date = Type.Refine(
  Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a local date of the patient, YYYY-MM-DD' }),
  isLocalDate,
);
const openDate = Type.Union([date, Type.Null()], { description: 'a local date YYYY-MM-DD, or null for an open end' });
const instant = Type.Refine(Type.String({ description: 'a point in time, ISO 8601 with offset or Z' }), isInstant);
const zone = Type.Refine(Type.String({ description: 'an IANA time zone such as America/New_York' }), isZone);
const id = Type.String({ minLength: 1, description: 'a text that is not empty' });
const hcpcs = Type.String({ pattern: '^[A-Z0-9][0-9]{3}[A-Z0-9]$', description: 'an HCPCS code such as J1559' });
const modifier = Type.String({ pattern: '^[A-Z0-9]{2}$', description: 'a modifier of two characters such as JB' });
const yesOrNo = (what: string) => Type.Boolean({ description: `true or false: ${what}` });

export const planAuthors = ['physician', 'nurse-practitioner', 'physician-assistant'] as const;

const oneOf = <T extends string[]>(values: readonly [...T]) =>
  Type.Enum<T>([...values], { description: `one of ${values.join(', ')}` });

/** What several checks need of a fact whose other fields may be wrong. */
export const identified = Type.Object({ id });
export const rangeSchema = Type.Object({ from: date, to: date });
export const qualifiedSchema = Type.Object(
  { qualified: Type.Array(Type.Object({ from: date, to: openDate }, exact)) },
  exact,
);

export const planSchema = Type.Object(
  {
    id,
    establishedBy: oneOf(planAuthors),
    signedOn: Type.Union([date, Type.Null()], { description: 'a local date YYYY-MM-DD, or null while unsigned' }),
    from: date,
    to: openDate,
    services: Type.Array(oneOf(serviceKinds), { description: 'a list of kinds of service' }),
  },
  exact,
);

export const orderSchema = Type.Object(
  {
    id,
    jcode: hcpcs,
    modifiers: Type.Array(modifier, { description: 'a list of modifiers' }),
    pumpCode: Type.String({ description: 'the HCPCS code of the pump, or whatever else the drug runs through' }),
    from: date,
    to: openDate,
  },
  exact,
);

export const administrationSchema = Type.Object(
  {
    order: id,
    start: instant,
    end: instant,
    volume_ml: Type.Number({ minimum: 0, description: 'millilitres, zero or more' }),
  },
  exact,
);

export const visitSchema = Type.Object(
  {
    id,
    in: instant,
    out: instant,
    place: Type.String({ description: 'the place of service code; 12 is the home' }),
    professional: Type.String({ description: 'who came, such as rn' }),
    complex: yesOrNo('the service needed a skilled professional'),
    signed: yesOrNo('the professional has signed the visit note'),
  },
  exact,
);

export const serviceSchema = Type.Object({ id, kind: oneOf(serviceKinds), start: instant, end: instant }, exact);

export const rateSchema = Type.Object(
  {
    code: hcpcs,
    from: date,
    to: date,
    // Nothing is paid at 0: the physician fee schedule file shows 0 for codes that it does not price.
    amountCents: Type.Integer({ minimum: 1, maximum: 100_000_000, description: 'whole cents, more than zero' }),
  },
  exact,
);

/** Everything a decision rests on. Dates are the patient's local dates, both ends of a span belong to it. */
export const claimFactsSchema = Type.Object(
  {
    patient: Type.Object({ id, zone }, exact),
    from: date,
    to: date,
    submitOn: date,
    supplier: qualifiedSchema,
    plans: Type.Array(planSchema),
    orders: Type.Array(orderSchema),
    administrations: Type.Array(administrationSchema),
    visits: Type.Array(visitSchema),
    services: Type.Array(serviceSchema),
    drugClaims: Type.Array(Type.Object({ jcode: hcpcs, date }, exact)),
    priorLines: Type.Array(Type.Object({ date, code: oneOf(benefitCodes) }, exact)),
    discharges: Type.Array(date),
    rates: Type.Array(rateSchema),
  },
  { ...exact, title: 'Facts for `infusion-gateway claims decide`' },
);

export type ClaimFacts = Static<typeof claimFactsSchema>;
export type Plan = Static<typeof planSchema>;
export type Order = Static<typeof orderSchema>;
export type Administration = Static<typeof administrationSchema>;
export type Visit = Static<typeof visitSchema>;
export type ServiceFact = Static<typeof serviceSchema>;
export type Rate = Static<typeof rateSchema>;
