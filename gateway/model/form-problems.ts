import Type, { type TSchema } from 'typebox';
import { Value } from 'typebox/value';

/** One thing wrong with a file that was read. `where` is a path such as `visits[2].in`; empty for the whole. */
export interface FormProblem {
  readonly where: string;
  readonly problem: string;
}

/**
 * Everything in which a value differs from a schema, one problem for each place, in the words of the schema's
 * descriptions. typebox's own list ends after eight and speaks of keywords; this one is whole.
 */
export function formProblems(schema: TSchema, value: unknown, where = ''): FormProblem[] {
  if (Type.IsObject(schema)) return objectProblems(schema, value, where);
  if (Type.IsArray(schema)) {
    if (!Array.isArray(value)) return [{ where, problem: `must be ${descriptionOf(schema, 'a list')}` }];
    return value.flatMap((item: unknown, i) => formProblems(schema.items, item, `${where}[${i}]`));
  }
  if (Value.Check(schema, value)) return [];
  return [{ where, problem: `must be ${descriptionOf(schema, 'of the documented form')}` }];
}

function objectProblems(
  schema: TSchema & { properties: Record<string, TSchema> },
  value: unknown,
  where: string,
): FormProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ where, problem: 'must be an object' }];
  }
  const at = (key: string) => (where === '' ? key : `${where}.${key}`);
  const given = new Map<string, unknown>(Object.entries(value));
  const known = Object.entries(schema.properties).flatMap(([key, inner]) => {
    if (given.has(key)) return formProblems(inner, given.get(key), at(key));
    return Type.IsOptional(inner) ? [] : [{ where: at(key), problem: 'is missing' }];
  });
  const unknown = [...given.keys()]
    .filter((key) => !Object.hasOwn(schema.properties, key))
    .map((key) => ({ where: at(key), problem: 'there is no such key' }));
  return [...known, ...unknown];
}

function descriptionOf(schema: TSchema, otherwise: string): string {
  return 'description' in schema && typeof schema.description === 'string' ? schema.description : otherwise;
}
