import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

const INTEGER = /^-?\d{1,16}$/;

/**
 * Checks a part of a request against its schema. A body is taken as it is: `"3"` is no number. In an address everything
 * is text, so there whole numbers are read where the schema wants them, and nothing is rounded, cut or made up.
 */
export const validatorOf: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const integers = httpPart === 'body' ? [] : integerFields(schema);
  return (input: unknown) => {
    const value = integers.length === 0 ? input : withIntegers(input, integers);
    return check.Check(value) ? { value } : { error: check.Errors(value) };
  };
};

function integerFields(schema: object): readonly string[] {
  if (!('properties' in schema) || typeof schema.properties !== 'object' || schema.properties === null) return [];
  return Object.entries(schema.properties).flatMap(([name, field]) => (field?.type === 'integer' ? [name] : []));
}

function withIntegers(input: unknown, fields: readonly string[]): unknown {
  if (typeof input !== 'object' || input === null) return input;
  const read = Object.entries(input).map(([name, value]) =>
    fields.includes(name) && typeof value === 'string' && INTEGER.test(value) ? [name, Number(value)] : [name, value],
  );
  return Object.fromEntries(read);
}
