import Type, { type TSchema } from 'typebox';
import { type FactKind, factContents } from '#model/benefit-facts.ts';

/**
 * What the cells of a row of text mean: empty is absent, numbers and yes or no are what the kind's form says, lists are
 * parted by spaces or semicolons. What cannot be read stays text, for the check to refuse by its name.
 */
export function contentOfCells(kind: FactKind, cells: Readonly<Record<string, string>>): Record<string, unknown> {
  const properties = new Map<string, TSchema>(Object.entries(factContents[kind].properties));
  const read = (key: string, cell: string): unknown => {
    const schema = properties.get(key);
    return schema === undefined ? cell : readCell(cell, schema);
  };
  const filled = Object.entries(cells).filter(([, cell]) => cell.trim() !== '');
  return Object.fromEntries(filled.map(([key, cell]) => [key, read(key, cell.trim())]));
}

function readCell(cell: string, schema: TSchema): unknown {
  const kinds: TSchema[] = Type.IsUnion(schema) ? schema.anyOf : [schema];
  if (kinds.some(Type.IsArray)) return cell.split(/[\s;]+/).filter((part) => part !== '');
  if (kinds.some(Type.IsBoolean)) return yesNo.get(cell.toLowerCase()) ?? cell;
  const isNumeric = kinds.some((one) => Type.IsNumber(one) || Type.IsInteger(one));
  return isNumeric && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;
}

const yesNo: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);
