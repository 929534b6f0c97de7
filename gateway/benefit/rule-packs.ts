import { Value } from 'typebox/value';
import { GatewayError } from '#kernel/errors.ts';
import { type FormProblem, formProblems } from '#model/form-problems.ts';
import { daysBetween, type Span } from './local-days.ts';
import { proposalSchema, type RulePack, rulePackSchema } from './rule-pack.ts';
import medicareHit from './rule-packs/medicare-hit.json' with { type: 'json' };
import whatIfS1058 from './rule-packs/what-if-s1058.json' with { type: 'json' };

/**
 * A rule pack read from a file: of the form, each single rule there on every date exactly once, no drug listed twice on a
 * date. @throws GatewayError `config-invalid` naming every problem at once.
 */
export function parseRulePack(input: unknown): RulePack {
  const problems = formProblems(rulePackSchema, input);
  if (problems.length > 0 || !Value.Check(rulePackSchema, input)) throw refusal(problems);
  const doubtful = [
    ...Object.entries(input.rules).flatMap(([name, rows]) => gaps(`rules.${name}`, rows)),
    ...Object.entries(input.tests).flatMap(([name, rows]) => gaps(`tests.${name}`, rows)),
    ...overlaps('lists.drugs', input.lists.drugs, ({ code, modifier }) => `${code} ${modifier ?? ''}`),
    ...overlaps('lists.codes', input.lists.codes, ({ category, visit }) => `category ${category} ${visit}`),
  ];
  if (doubtful.length > 0) throw refusal(doubtful);
  return input;
}

/**
 * The pack that a proposed law would make of the present one. Its status is `proposal`: it makes no claim lines.
 * @throws GatewayError `config-invalid`
 */
export function parseProposal(input: unknown, law: RulePack): RulePack {
  const problems = formProblems(proposalSchema, input);
  if (problems.length > 0 || !Value.Check(proposalSchema, input)) throw refusal(problems);
  if (input.basedOn !== law.id) throw refusal([{ where: 'basedOn', problem: `must be ${law.id}` }]);
  const { id, version, title } = input;
  return parseRulePack({ ...law, id, version, title, status: 'proposal', rules: { ...law.rules, ...input.rules } });
}

/** The name under which a decision says which rules made it. */
export const packName = ({ id, version }: RulePack): string => `${id}@${version}`;

function refusal(problems: readonly FormProblem[]): GatewayError {
  const lines = problems.map(({ where, problem }) => `\n  ${where}: ${problem}`);
  return new GatewayError('config-invalid', `Rule pack:${lines.join('')}`);
}

/** Where a rule is missing on a date, or there twice: the rows, in order, must follow each other day by day. */
function gaps(where: string, rows: readonly Span[]): FormProblem[] {
  const sorted = rows.toSorted((a, b) => (a.from ?? '').localeCompare(b.from ?? ''));
  const whole = sorted.length > 0 && sorted[0]?.from === null && sorted.at(-1)?.to === null;
  const joined = sorted.every((row, i) => {
    const before = sorted[i - 1];
    return before === undefined || (before.to !== null && row.from !== null && daysBetween(before.to, row.from) === 1);
  });
  return whole && joined ? [] : [{ where, problem: 'must hold on every date exactly once' }];
}

function overlaps<T extends Span>(where: string, rows: readonly T[], keyOf: (row: T) => string): FormProblem[] {
  return rows.flatMap((row, i) => {
    const twice = rows.slice(0, i).some((other) => keyOf(other) === keyOf(row) && meet(other, row));
    return twice ? [{ where: `${where}[${i}]`, problem: `${keyOf(row).trim()} is there twice on one date` }] : [];
  });
}

const meet = (a: Span, b: Span): boolean =>
  (a.from === null || b.to === null || a.from <= b.to) && (b.from === null || a.to === null || b.from <= a.to);

/** The benefit as it is, from its beginning in 2019. */
export const medicareHitPack: RulePack = parseRulePack(medicareHit);

/** What S.1058 / H.R.2172 would pay on days without a professional in the home: a question, never a claim. */
export const presenceBillPack: RulePack = parseProposal(whatIfS1058, medicareHitPack);
