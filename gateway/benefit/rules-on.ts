import { GatewayError } from '#kernel/errors.ts';
import { inSpan, type LocalDate, type Span } from './local-days.ts';
import type { Category, RulePack, TestName } from './rule-pack.ts';

export interface Cited {
  readonly citation: string;
  readonly mark: string;
}

/** A rule that is in force, with where it stands. */
export interface Rule<T> extends Cited {
  readonly value: T;
}

export type DrugRow = RulePack['lists']['drugs'][number];

/** The rules of one pack that are in force on one date. */
export interface RulesOn {
  readonly date: LocalDate;
  readonly codes: readonly { readonly code: string; readonly category: Category; readonly visit: string }[];
  readonly drugs: readonly DrugRow[];
  readonly dmePumps: ReadonlySet<string>;
  readonly homePlaces: ReadonlySet<string>;
  readonly professionals: ReadonlySet<string>;
  readonly regime: Rule<{ readonly name: string; readonly benefit: boolean }> & Span;
  readonly subcutaneous: Rule<{ readonly modifier: string; readonly leastMinutes: number }>;
  readonly plan: Rule<RulePack['rules']['plan'][number]['value']>;
  readonly drugMatch: Rule<{ readonly daysBefore: number }>;
  readonly initial: Rule<RulePack['rules']['initial'][number]['value']>;
  readonly units: Rule<RulePack['rules']['units'][number]['value']>;
  readonly orderWithoutRates: Rule<readonly Category[]>;
  readonly absentDayPercent: Rule<number | null>;
  readonly tests: Readonly<Record<TestName, Cited>>;
}

/**
 * What holds on this date. A checked pack has exactly one of each single rule on every date.
 * @throws GatewayError `config-invalid` when the pack has none
 */
export function rulesOn({ lists, rules, tests }: RulePack, date: LocalDate): RulesOn {
  const all = <T extends Span>(rows: readonly T[]): T[] => rows.filter((row) => inSpan(date, row));
  const one = <T extends Span>(rows: readonly T[]): T => {
    const row = rows.find((candidate) => inSpan(date, candidate));
    if (row === undefined) throw new GatewayError('config-invalid', `The rule pack has a rule missing on ${date}.`);
    return row;
  };
  const values = (rows: readonly (Span & { readonly value: string })[]) => new Set(all(rows).map(({ value }) => value));
  return {
    date,
    codes: all(lists.codes),
    drugs: all(lists.drugs),
    dmePumps: values(lists.dmePumps),
    homePlaces: values(lists.homePlaces),
    professionals: values(lists.professionals),
    regime: one(rules.regime),
    subcutaneous: one(rules.subcutaneous),
    plan: one(rules.plan),
    drugMatch: one(rules.drugMatch),
    initial: one(rules.initial),
    units: one(rules.units),
    orderWithoutRates: one(rules.orderWithoutRates),
    absentDayPercent: one(rules.absentDayPercent),
    tests: {
      P1: one(tests.P1),
      P2: one(tests.P2),
      P3: one(tests.P3),
      P4: one(tests.P4),
      P5: one(tests.P5),
      P6: one(tests.P6),
      P7: one(tests.P7),
      P8: one(tests.P8),
    },
  };
}

/** A citation with how sure it is, as it stands in a reason. */
export const cite = ({ citation, mark }: Cited): string => `${citation} [${mark}]`;
