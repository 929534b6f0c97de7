import Type, { type Static } from 'typebox';
import { isLocalDate } from './calendar.ts';
import { serviceKinds } from './service-record.ts';

/** The six codes of the benefit. Any other code is no home infusion therapy line. */
export const benefitCodes = ['G0068', 'G0069', 'G0070', 'G0088', 'G0089', 'G0090'] as const;

const exact = { additionalProperties: false };
const MAX_MS = 8_640_000_000_000_000;

const text = (description: string, maxLength = 200) => Type.String({ minLength: 1, maxLength, description });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description: `${description}, or null` });
const date = Type.Refine(Type.String({ description: 'a local date of the patient, YYYY-MM-DD' }), isLocalDate);
const openDate = orNull(date, 'a local date YYYY-MM-DD');
const instant = Type.Integer({
  minimum: 0,
  maximum: MAX_MS,
  description: 'a point in time: ISO 8601 with offset or Z, or Unix ms',
});
const hcpcs = Type.String({ pattern: '^[A-Z0-9][0-9]{3}[A-Z0-9]$', description: 'an HCPCS code such as J1559' });
const npi = Type.String({ pattern: '^[0-9]{10}$', description: 'a National Provider Identifier of 10 digits' });
const id = text('an id', 64);

/** Where a thing that proves a service is, and what it was: the hash shows that it is still the same. */
export const evidenceSchema = Type.Object(
  {
    type: Type.Enum(['readings', 'alert', 'note', 'document'], {
      description: 'one of readings, alert, note, document',
    }),
    ref: text('where it is found'),
    hash: orNull(Type.String({ pattern: '^[0-9a-f]{64}$' }), 'a SHA-256 in hex'),
  },
  exact,
);

/** Place of a service given from afar. Anything else is a place of service code; 12 is the home. */
export const REMOTE = 'remote';

/** A service of SSA 1861(iii)(2)(A) or (B), in the home or from afar. A professional service in the home is a visit. */
export const serviceContent = Type.Object(
  {
    kind: Type.Enum([...serviceKinds], { description: `one of ${serviceKinds.join(', ')}` }),
    start: instant,
    /** Null while it goes on: the professional has checked in and not out. */
    end: orNull(instant, 'a point in time'),
    place: Type.String({
      pattern: `^(${REMOTE}|[0-9]{2})$`,
      description: 'remote, or a place of service code such as 12',
    }),
    performer: text('who did it'),
    credential: Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$', description: 'a credential such as rn' }),
    channel: orNull(
      Type.Enum(['telephone', 'video', 'portal', 'telemetry']),
      'one of telephone, video, portal, telemetry',
    ),
    /** Why it needed a skilled professional (42 CFR 486.505). Null: it did not. */
    need: orNull(text('words', 2_000), 'why it needed a skilled professional'),
    /** What of the plan of care it carried out. */
    planItem: orNull(text('words'), 'what of the plan of care it carried out'),
    finding: orNull(text('words', 4_000), 'what was found'),
    action: orNull(text('words', 4_000), 'what was done'),
    pumpRateVerified: orNull(Type.Boolean(), 'true or false'),
    evidence: Type.Array(evidenceSchema, { maxItems: 50, description: 'a list of evidence' }),
  },
  exact,
);

const administrationContent = Type.Object(
  {
    order: id,
    start: instant,
    end: instant,
    volumeMl: Type.Number({ minimum: 0, maximum: 100_000, description: 'millilitres, zero or more' }),
    /** Where this is known from, when it is not from the journal: the pump's own log, a note. */
    knownFrom: text('where this is known from'),
  },
  exact,
);

const drugClaimContent = Type.Object(
  {
    jcode: hcpcs,
    date,
    basis: Type.Enum(['claim', 'attestation'], { description: 'claim, or attestation of another supplier' }),
    supplier: text('who billed the drug'),
  },
  exact,
);

const priorLineContent = Type.Object(
  { date, code: Type.Enum([...benefitCodes], { description: `one of ${benefitCodes.join(', ')}` }) },
  exact,
);

/** From admission to discharge. */
const episodeContent = Type.Object({ from: date, to: openDate, reason: orNull(text('words'), 'why it ended') }, exact);

/** What a plan of care says beyond what decides a day: its physician, its monitoring, its reviews. */
const planTermsContent = Type.Object(
  {
    plan: id,
    physicianLast: text('a last name', 60),
    physicianFirst: text('a first name', 35),
    physicianNpi: npi,
    text: text('type, amount and duration of the services', 4_000),
    monitorEveryDays: orNull(Type.Integer({ minimum: 1, maximum: 366 }), 'days between two monitoring services'),
    reviewBy: openDate,
    reviewedOn: Type.Array(date, { description: 'a list of dates' }),
  },
  exact,
);

/** Who pays and for whom. Says who the patient is, so it is kept encrypted. */
const coverageContent = Type.Object(
  {
    payer: id,
    memberId: text('a member id', 80),
    from: date,
    to: openDate,
    lastName: text('a last name', 60),
    firstName: text('a first name', 35),
    birthDate: date,
    sex: Type.Enum(['F', 'M', 'U'], { description: 'F, M or U' }),
    street: text('a street and number', 55),
    city: text('a city', 30),
    state: Type.String({ pattern: '^[A-Z]{2}$', description: 'a state of two letters' }),
    zip: Type.String({ pattern: '^[0-9]{5}([0-9]{4})?$', description: 'a ZIP code of 5 or 9 digits' }),
    /** ICD-10-CM without the point, the first the principal one. */
    diagnoses: Type.Array(Type.String({ pattern: '^[A-Z][0-9][0-9A-Z]{1,5}$' }), {
      minItems: 1,
      maxItems: 12,
      description: 'a list of 1 to 12 ICD-10-CM codes without points',
    }),
  },
  exact,
);

/** A day with a physiologic reading that a device sent by itself. For remote physiologic monitoring, another benefit. */
const physiologicContent = Type.Object({ date, device: id, measure: text('what was measured') }, exact);

/** Time that a practitioner or their staff spent on remote physiologic monitoring. */
const practitionerTimeContent = Type.Object(
  {
    start: instant,
    end: instant,
    practitioner: text('who orders it'),
    by: text('who spent it'),
    interactive: Type.Boolean({ description: 'true when it was a real-time contact with the patient' }),
  },
  exact,
);

/** Every kind of fact that the benefit keeps itself. */
export const factContents = {
  service: serviceContent,
  administration: administrationContent,
  'drug-claim': drugClaimContent,
  'prior-line': priorLineContent,
  episode: episodeContent,
  'plan-terms': planTermsContent,
  coverage: coverageContent,
  physiologic: physiologicContent,
  'practitioner-time': practitionerTimeContent,
} as const;

export type FactKind = keyof typeof factContents;
export type FactContents = { readonly [K in FactKind]: Static<(typeof factContents)[K]> };
export type ServiceContent = FactContents['service'];
export type Coverage = FactContents['coverage'];
export type PlanTerms = FactContents['plan-terms'];

export const factKinds = Object.keys(factContents).filter(isFactKind);

export function isFactKind(name: string): name is FactKind {
  return Object.hasOwn(factContents, name);
}

/** Kinds whose content says who a patient is. */
export const isPersonal = (kind: FactKind): boolean => kind === 'coverage';
