import Type, { type Static, type TSchema } from 'typebox';
import { isLocalDate } from './local-days.ts';

const exact = { additionalProperties: false };
const text = Type.String({ minLength: 1, description: 'a text that is not empty' });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const date = Type.Refine(Type.String({ description: 'a date YYYY-MM-DD' }), isLocalDate);
const openDate = Type.Union([date, Type.Null()], { description: 'a date YYYY-MM-DD, or null for an open end' });

/**
 * How sure a rule is. FOUND: read in a text that is named. RECALLED: known, no text found; a person verifies it before it
 * decides money. INFERRED: a reading of a found text. DERIVED: computed from found figures.
 */
export const marks = ['FOUND', 'RECALLED', 'INFERRED', 'DERIVED'] as const;

const sourced = {
  from: openDate,
  to: openDate,
  citation: text,
  mark: Type.Enum([...marks], { description: `one of ${marks.join(', ')}` }),
  note: Type.Optional(text),
};

const ruled = <V extends TSchema>(value: V) =>
  Type.Array(Type.Object({ ...sourced, value }, exact), { description: 'a list of dated rules' });

export const categories = [1, 2, 3] as const;
export type Category = (typeof categories)[number];
const category = Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(3)], { description: '1, 2 or 3' });

/** Rules of which several may hold on a date. */
const lists = {
  /** The code of a category and kind of visit. */
  codes: Type.Array(
    Type.Object(
      {
        ...sourced,
        code: text,
        category,
        visit: Type.Enum(['any', 'initial', 'subsequent'], { description: 'one of any, initial, subsequent' }),
      },
      exact,
    ),
  ),
  /** Home infusion drugs. `modifier` null: with any modifiers. `category` null: a person assigns it, drug by drug. */
  drugs: Type.Array(
    Type.Object(
      {
        ...sourced,
        code: text,
        modifier: Type.Union([text, Type.Null()], { description: 'a modifier, or null' }),
        category: Type.Union([category, Type.Null()], { description: '1, 2, 3, or null' }),
      },
      exact,
    ),
  ),
  /** Pumps that are items of durable medical equipment. */
  dmePumps: ruled(text),
  homePlaces: ruled(text),
  professionals: ruled(text),
};

/** Rules of which exactly one holds on any date. */
const singles = {
  regime: ruled(Type.Object({ name: text, benefit: Type.Boolean() }, exact)),
  subcutaneous: ruled(Type.Object({ modifier: text, leastMinutes: count('minutes') }, exact)),
  plan: ruled(
    Type.Object({ establishedBy: Type.Array(text), service: text, signedOnSubmitDay: Type.Boolean() }, exact),
  ),
  drugMatch: ruled(Type.Object({ daysBefore: count('days before the visit, its own date included') }, exact)),
  /** When a visit may be initial again, and whether a patient without any line begins with one. */
  initial: ruled(
    Type.Object({ daysSinceLast: count('days'), afterDischarge: Type.Boolean(), whenNoLine: Type.Boolean() }, exact),
  ),
  /** Rows in rising order: less than so many minutes make so many units; past the last, one more for each step. */
  units: ruled(
    Type.Object(
      {
        table: Type.Array(Type.Object({ units: count('units'), lessThanMinutes: count('minutes') }, exact), {
          minItems: 1,
          description: 'at least one row',
        }),
        stepMinutes: Type.Integer({ minimum: 1, description: 'minutes, at least 1' }),
      },
      exact,
    ),
  ),
  /** Which category counts when a code that competes has no rate; with all rates known it is the highest amount. */
  orderWithoutRates: ruled(Type.Array(category)),
  /** Share of the amount for a day without a professional in the home; null: no payment. */
  absentDayPercent: ruled(
    Type.Union([count('per cent'), Type.Null()], { description: 'per cent, or null for no payment' }),
  ),
};

export const testNames = ['P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'P7', 'P8'] as const;
export type TestName = (typeof testNames)[number];

const cited = Type.Array(Type.Object(sourced, exact), { description: 'a list of dated citations' });

const head = { id: text, version: text, title: text };

/** The rules of the benefit as data: dated, each with its citation and how sure it is. */
export const rulePackSchema = Type.Object(
  {
    ...head,
    /** Only a pack of the law makes claim lines. */
    status: Type.Enum(['law', 'proposal'], { description: 'law or proposal' }),
    lists: Type.Object(lists, exact),
    rules: Type.Object(singles, exact),
    /** Where each test of a payable day stands in the law. */
    tests: Type.Object(
      { P1: cited, P2: cited, P3: cited, P4: cited, P5: cited, P6: cited, P7: cited, P8: cited },
      exact,
    ),
  },
  exact,
);

/** What a proposed law would change of another pack. */
export const proposalSchema = Type.Object(
  { ...head, basedOn: text, rules: Type.Partial(Type.Object(singles, exact)) },
  exact,
);

export type RulePack = Static<typeof rulePackSchema>;
export type Proposal = Static<typeof proposalSchema>;
