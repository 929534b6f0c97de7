import Type, { type Static, type TBoolean, type TInteger, type TNumber, type TString } from 'typebox';
import { evidenceSchema } from '#model/benefit-facts.ts';
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
