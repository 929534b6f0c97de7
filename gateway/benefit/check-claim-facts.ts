import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type FormProblem, formProblems } from '#model/form-problems.ts';
import {
  administrationSchema,
  type ClaimFacts,
  claimFactsSchema,
  identified,
  orderSchema,
  planSchema,
  qualifiedSchema,
  rangeSchema,
  rateSchema,
  serviceSchema,
  visitSchema,
} from './claim-facts.ts';
import { instantMs } from './local-days.ts';

export type CheckedFacts =
  | { readonly ok: true; readonly facts: ClaimFacts }
  | { readonly ok: false; readonly problems: readonly FormProblem[] };

/**
 * Facts of the documented form, or every problem they have at once: what is not of the form, and what makes no sense in
 * those parts that are.
 */
export function checkClaimFacts(input: unknown): CheckedFacts {
  const problems = formProblems(claimFactsSchema, input);
  if (typeof input === 'object' && input !== null) {
    const parts = new Map<string, unknown>(Object.entries(input));
    problems.push(...unknownOrders(parts), ...sameIds(parts), ...reversed(input, parts), ...conflictingRates(parts));
  }
  if (problems.length === 0 && Value.Check(claimFactsSchema, input)) return { ok: true, facts: input };
  return { ok: false, problems };
}

interface Item<T> {
  readonly where: string;
  readonly value: T;
}

/** The items of a list that are of their form, with their places. */
function itemsOf<S extends TSchema>(list: unknown, name: string, schema: S): Item<Static<S>>[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((value: unknown, i) => (Value.Check(schema, value) ? [{ where: `${name}[${i}]`, value }] : []));
}

type Parts = ReadonlyMap<string, unknown>;

function unknownOrders(parts: Parts): FormProblem[] {
  const ids = new Set(itemsOf(parts.get('orders'), 'orders', identified).map(({ value }) => value.id));
  return itemsOf(parts.get('administrations'), 'administrations', administrationSchema).flatMap(({ where, value }) =>
    ids.has(value.order) ? [] : [{ where: `${where}.order`, problem: `there is no order ${value.order}` }],
  );
}

/** A fact that stands twice under one id would count twice. */
function sameIds(parts: Parts): FormProblem[] {
  return ['orders', 'visits', 'services'].flatMap((list) => {
    const seen = new Set<string>();
    return itemsOf(parts.get(list), list, identified).flatMap(({ where, value: { id } }) => {
      const twice = seen.has(id);
      seen.add(id);
      return twice ? [{ where: `${where}.id`, problem: `${id} is there twice` }] : [];
    });
  });
}

function reversed(input: object, parts: Parts): FormProblem[] {
  const { qualified } =
    'supplier' in input && Value.Check(qualifiedSchema, input.supplier) ? input.supplier : { qualified: [] };
  const spans = [
    ...(Value.Check(rangeSchema, input) ? [{ where: '', value: input }] : []),
    ...qualified.map((value, i) => ({ where: `supplier.qualified[${i}].`, value })),
    ...[
      ...itemsOf(parts.get('plans'), 'plans', planSchema),
      ...itemsOf(parts.get('orders'), 'orders', orderSchema),
      ...itemsOf(parts.get('rates'), 'rates', rateSchema),
    ].map(({ where, value }) => ({ where: `${where}.`, value })),
  ];
  const times = [
    ...itemsOf(parts.get('administrations'), 'administrations', administrationSchema).map(({ where, value }) => ({
      where: `${where}.end`,
      ...value,
    })),
    ...itemsOf(parts.get('services'), 'services', serviceSchema).map(({ where, value }) => ({
      where: `${where}.end`,
      ...value,
    })),
    ...itemsOf(parts.get('visits'), 'visits', visitSchema).map(({ where, value }) => ({
      where: `${where}.out`,
      start: value.in,
      end: value.out,
    })),
  ];
  return [
    ...spans
      .filter(({ value: { from, to } }) => to !== null && to < from)
      .map(({ where }) => ({ where: `${where}to`, problem: 'must not be before from' })),
    ...times
      .filter(({ start, end }) => instantMs(end) < instantMs(start))
      .map(({ where }) => ({ where, problem: 'must not be before the beginning' })),
  ];
}

/** Two amounts for one code that begin on one day: nobody could say which of them is in force. */
function conflictingRates(parts: Parts): FormProblem[] {
  const seen = new Map<string, number>();
  return itemsOf(parts.get('rates'), 'rates', rateSchema).flatMap(({ where, value: { code, from, amountCents } }) => {
    const key = `${code} from ${from}`;
    const before = seen.get(key);
    seen.set(key, amountCents);
    const same = before === undefined || before === amountCents;
    return same ? [] : [{ where, problem: `another amount is given for ${key}` }];
  });
}
