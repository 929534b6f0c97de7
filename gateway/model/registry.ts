import Type, { type Static } from 'typebox';
import { WIRE_ID_PATTERN } from '#kernel/ids.ts';
import { isLocalDate, isZone } from './calendar.ts';
import { patientLimits } from './pump-context.ts';
import { roles } from './role.ts';
import { serviceKinds } from './service-record.ts';

/**
 * Who and what the gateway looks after. Every record is effective-dated: it holds from `from` to `to`, both ends
 * included for local dates, `to` excluded for instants, null for an open end. Nothing is deleted, only ended, and each
 * change is a new version. No record but `PatientIdentity` says who a patient is.
 */

const exact = { additionalProperties: false } as const;

const id = (what: string) =>
  Type.String({ pattern: WIRE_ID_PATTERN, description: `the id of ${what}: letters, digits, . _ -, 64 at most` });
const text = (maxLength: number, what: string) =>
  Type.Refine(Type.String({ minLength: 1, maxLength, description: what }), isPrintable);
const date = Type.Refine(
  Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a date YYYY-MM-DD', format: 'date' }),
  isLocalDate,
);
const openDate = Type.Union([date, Type.Null()], { description: 'a date YYYY-MM-DD, or null for an open end' });
const instant = Type.Integer({ minimum: 0, maximum: 8_640_000_000_000_000, description: 'an instant in Unix ms' });
const openInstant = Type.Union([instant, Type.Null()], { description: 'an instant in Unix ms, or null' });
const hcpcs = Type.String({ pattern: '^[A-Z0-9][0-9]{3}[A-Z0-9]$', description: 'an HCPCS code such as J1559' });
const positive = (what: string) =>
  Type.Union([Type.Number({ exclusiveMinimum: 0, maximum: 100_000 }), Type.Null()], {
    description: `${what}, or null`,
  });
const oneOf = <T extends string[]>(values: readonly [...T]) =>
  Type.Enum<T>([...values], { description: `one of ${values.join(', ')}` });

/** No control characters, no lone surrogates, no blank at either end. */
function isPrintable(value: string): boolean {
  return /^(?!\s)[^\p{Cc}\p{Cs}]+(?<!\s)$/u.test(value);
}

const dated = { from: date, to: openDate };

/** A home infusion supplier or agency. Its people see its own patients only. */
export const agencySchema = Type.Object(
  { id: id('the agency'), name: text(200, 'the agency’s name'), zone: zoneSchema('of the agency'), ...dated },
  exact,
);

/** A patient under an id that says nothing about them. */
export const patientSchema = Type.Object(
  { id: id('the patient, opaque'), agency: id('the agency'), zone: zoneSchema('where the patient lives'), ...dated },
  exact,
);

/** Who the patient is and whom to call at the home. Kept in one collection only, encrypted at rest. */
export const patientIdentitySchema = Type.Object(
  {
    name: text(200, 'the patient’s name'),
    recordNumber: Type.Union([text(64, 'a record number'), Type.Null()], { description: 'a record number, or null' }),
    /** Who is beside the pump; absent or null when it is the patient. */
    caregiver: Type.Optional(
      Type.Union([text(200, 'the caregiver’s name'), Type.Null()], { description: 'a name, or null' }),
    ),
    /** ITU-T E.164. */
    caregiverPhone: Type.Optional(
      Type.Union([Type.String({ pattern: '^\\+[1-9][0-9]{6,14}$' }), Type.Null()], {
        description: 'a phone number such as +13125550100, or null',
      }),
    ),
  },
  exact,
);

export const hubSchema = Type.Object(
  {
    id: id('the hub'),
    agency: id('the agency'),
    model: Type.Union([text(64, 'a model'), Type.Null()], { description: 'a model, or null' }),
    serial: Type.Union([text(64, 'a serial number'), Type.Null()], { description: 'a serial number, or null' }),
    ...dated,
  },
  exact,
);

export const pumpSchema = Type.Object({ ...hubSchema.properties, id: id('the pump') }, exact);

/** This pump runs for this patient, by the gateway's clock. A pump runs for one patient at a time. */
export const assignmentSchema = Type.Object(
  { id: id('the assignment'), pump: id('the pump'), patient: id('the patient'), from: instant, to: openInstant },
  exact,
);

/** What was ordered. `rateMlH` and `volumeMl` are of one infusion; absent knowledge is null, never zero. */
export const orderSchema = Type.Object(
  {
    id: id('the order'),
    patient: id('the patient'),
    /** As the pump's drug library calls it. */
    drug: text(64, 'the drug'),
    jcode: hcpcs,
    modifiers: Type.Array(Type.String({ pattern: '^[A-Z0-9]{2}$', description: 'a modifier such as JB' }), {
      maxItems: 4,
      description: 'a list of modifiers',
    }),
    pumpCode: Type.String({
      pattern: '^[A-Z][0-9]{4}$',
      description: 'the HCPCS code of the pump, such as E0781',
    }),
    rateMlH: positive('the ordered rate in mL/h'),
    volumeMl: positive('the volume of one infusion in mL'),
    /** Begins with `continuous` when a pump that stands still contradicts the order. */
    schedule: Type.Union([text(200, 'the schedule in words'), Type.Null()], { description: 'words, or null' }),
    ...dated,
  },
  exact,
);

/** A limit of one patient in place of the alert policy's. It rests on an order and always ends. */
export const limitSchema = Type.Object(
  {
    id: id('the limit'),
    patient: id('the patient'),
    order: id('the order that it rests on'),
    limit: oneOf(patientLimits),
    value: Type.Number({ minimum: 0, maximum: 1_000_000, description: 'the limit, in the unit of its name' }),
    from: instant,
    to: instant,
  },
  exact,
);

export const planAuthors = ['physician', 'nurse-practitioner', 'physician-assistant'] as const;

/** A plan of care in the form that `claims decide` takes, and whose it is. */
export const planOfCareSchema = Type.Object(
  {
    id: id('the plan of care'),
    patient: id('the patient'),
    establishedBy: oneOf(planAuthors),
    signedOn: Type.Union([date, Type.Null()], { description: 'a date YYYY-MM-DD, or null while unsigned' }),
    services: Type.Array(oneOf(serviceKinds), { maxItems: 4, description: 'a list of kinds of service' }),
    ...dated,
  },
  exact,
);

/** The agency is a qualified home infusion therapy supplier over these dates. */
export const supplierSpanSchema = Type.Object({ id: id('the span'), agency: id('the agency'), ...dated }, exact);

/** Somebody who works here. `name` is the one under which the person signs in. */
export const staffMemberSchema = Type.Object(
  {
    id: id('the staff member'),
    agency: id('the agency'),
    name: text(64, 'the name under which the person signs in'),
    role: oneOf(roles),
    ...dated,
  },
  exact,
);

export type Agency = Static<typeof agencySchema>;
export type Patient = Static<typeof patientSchema>;
export type PatientIdentity = Static<typeof patientIdentitySchema>;
export type Hub = Static<typeof hubSchema>;
export type Pump = Static<typeof pumpSchema>;
export type Assignment = Static<typeof assignmentSchema>;
export type Order = Static<typeof orderSchema>;
export type Limit = Static<typeof limitSchema>;
export type PlanOfCare = Static<typeof planOfCareSchema>;
export type SupplierSpan = Static<typeof supplierSpanSchema>;
export type StaffMember = Static<typeof staffMemberSchema>;

/** Kinds of record by the name that routes, files and commands use, in the order in which they can be put. */
export const registrySchemas = {
  agencies: agencySchema,
  'supplier-spans': supplierSpanSchema,
  staff: staffMemberSchema,
  patients: patientSchema,
  hubs: hubSchema,
  pumps: pumpSchema,
  assignments: assignmentSchema,
  orders: orderSchema,
  limits: limitSchema,
  plans: planOfCareSchema,
} as const;

export type RegistryKind = keyof typeof registrySchemas;
export type RegistryRecords = { [K in RegistryKind]: Static<(typeof registrySchemas)[K]> };

export const registryKinds = Object.keys(registrySchemas).filter(isRegistryKind);

export function isRegistryKind(name: string): name is RegistryKind {
  return Object.hasOwn(registrySchemas, name);
}

/** A record as it stands, and which version of it this is. */
export type Versioned<T> = {
  readonly record: T;
  /** From 1, one more for each change. */
  readonly version: number;
  /** When this version was written, Unix ms, and by whom. */
  readonly at: number;
  readonly by: string;
};

function zoneSchema(whose: string) {
  return Type.Refine(Type.String({ maxLength: 64, description: `an IANA time zone ${whose}` }), isZone);
}
