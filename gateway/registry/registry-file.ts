import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import Type, { type TSchema } from 'typebox';
import { GatewayError, messageOf } from '#kernel/errors.ts';
import {
  patientIdentitySchema,
  patientSchema,
  type RegistryKind,
  registryKinds,
  registrySchemas,
} from '#model/registry.ts';
import type { RegistryBatch } from './registry.ts';

/**
 * Records as files. JSON holds all kinds: `{"patients":[…],"orders":[…]}`. CSV holds one kind: a column for each field,
 * lists with blanks between, instants in ISO 8601, an empty cell for null.
 */

/** What a file holds: records, and apart from them who the patients are. */
export interface RegistryFile {
  readonly records: RegistryBatch;
  readonly identities: readonly unknown[];
}

export type FileKind = RegistryKind | 'identities';
export const fileKinds: readonly FileKind[] = [...registryKinds, 'identities'];

/** One row of `identities`. */
export const identityRowSchema = Type.Object(
  { patient: patientSchema.properties.id, ...patientIdentitySchema.properties },
  { additionalProperties: false },
);

const schemas = { ...registrySchemas, identities: identityRowSchema };

/** The quote that stands before what a spreadsheet would run as a formula. */
const ESCAPED = /^'(?=[=+\-@\t\r])/;

/** @throws GatewayError `bad-request` when it is no JSON object or names an unknown kind */
export function fileOfJson(text: string): RegistryFile {
  return fileOfValue(
    parsed(
      () => JSON.parse(text),
      () => 'it is no valid JSON',
    ),
  );
}

export function fileOfValue(value: unknown): RegistryFile {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new GatewayError('bad-request', 'The file holds one JSON object with a list for each kind of record.');
  }
  const wrong = Object.entries(value).filter(([kind, list]) => !Object.hasOwn(schemas, kind) || !Array.isArray(list));
  if (wrong.length > 0) {
    const names = wrong.map(([kind]) => kind).join(', ');
    throw new GatewayError('bad-request', `${names}: no list of ${fileKinds.join(', ')}.`);
  }
  const { identities = [], ...records }: { identities?: unknown[] } = value;
  return { records, identities };
}

export function fileOfCsv(kind: FileKind, text: string): RegistryFile {
  const rows = rowsOfCsv(kind, text);
  return kind === 'identities' ? { records: {}, identities: rows } : { records: { [kind]: rows }, identities: [] };
}

/** Cells as the values they stand for; what a cell cannot be read as is left for the check of the record to name. */
function rowsOfCsv(kind: FileKind, text: string): unknown[] {
  const rows: unknown = parsed(() => parse(text, { bom: true, columns: true, skip_empty_lines: true, trim: true }));
  if (!Array.isArray(rows)) return [];
  return rows.map((row: object) =>
    Object.fromEntries(
      Object.entries(row).map(([field, cell]) => [
        field,
        readCell(fieldOf(kind, field), String(cell).replace(ESCAPED, '')),
      ]),
    ),
  );
}

export function csvOfRows(kind: FileKind, records: readonly object[]): string {
  const columns = Object.keys(schemas[kind].properties);
  const rows = records.map((record) =>
    Object.fromEntries(Object.entries(record).map(([field, value]) => [field, writeCell(fieldOf(kind, field), value)])),
  );
  // A spreadsheet runs a cell that begins with = + - @ as a formula.
  return stringify(rows, { header: true, columns, escape_formulas: true });
}

function fieldOf(kind: FileKind, name: string): TSchema | undefined {
  const properties: Readonly<Record<string, TSchema>> = schemas[kind].properties;
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function readCell(schema: TSchema | undefined, cell: string): unknown {
  if (schema === undefined) return cell;
  if (Type.IsArray(schema)) return cell === '' ? [] : cell.split(/\s+/);
  if (Type.IsUnion(schema) && cell === '') return null;
  if (isInstantField(schema)) return instantOf(cell);
  if (isNumberField(schema)) return /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
  return cell;
}

function writeCell(schema: TSchema | undefined, value: unknown): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return value.join(' ');
  if (schema && isInstantField(schema) && typeof value === 'number') return new Date(value).toISOString();
  return String(value);
}

function instantOf(cell: string): unknown {
  try {
    return Temporal.Instant.from(cell).epochMilliseconds;
  } catch {
    return cell;
  }
}

const variants = (schema: TSchema): readonly TSchema[] => (Type.IsUnion(schema) ? schema.anyOf : [schema]);
const isInstantField = (schema: TSchema): boolean => variants(schema).some((one) => Type.IsInteger(one));
const isNumberField = (schema: TSchema): boolean => variants(schema).some((one) => Type.IsNumber(one));

function parsed<T>(read: () => T, why: (error: unknown) => string = messageOf): T {
  try {
    return read();
  } catch (error) {
    throw new GatewayError('bad-request', `The file cannot be read: ${why(error)}.`, { cause: error });
  }
}
