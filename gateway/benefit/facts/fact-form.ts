import { Value } from 'typebox/value';
import { type FactContents, type FactKind, factContents } from '#model/benefit-facts.ts';
import { type FormProblem, formProblems } from '#model/form-problems.ts';
import { instantMs, isInstant } from '../local-days.ts';

export type Checked<T> =
  | { readonly ok: true; readonly content: T }
  | { readonly ok: false; readonly problems: readonly FormProblem[] };

/** What a writer may leave out, and what it then is. */
const defaults: { readonly [K in FactKind]?: object } = {
  service: {
    end: null,
    channel: null,
    need: null,
    planItem: null,
    finding: null,
    action: null,
    pumpRateVerified: null,
    evidence: [],
  },
  episode: { to: null, reason: null },
  'plan-terms': { monitorEveryDays: null, reviewBy: null, reviewedOn: [] },
  coverage: { to: null },
};

const instantKeys: ReadonlySet<string> = new Set(['start', 'end']);

/** A content of its documented form, or every problem that it has. */
export function checkContent<K extends FactKind>(kind: K, input: unknown): Checked<FactContents[K]> {
  const value = isPlain(input) ? { ...defaults[kind], ...withInstants(input) } : input;
  const problems = formProblems(factContents[kind], value);
  if (problems.length > 0 || !isContent(kind, value)) return { ok: false, problems };
  const doubts = reversed(value);
  return doubts.length > 0 ? { ok: false, problems: doubts } : { ok: true, content: value };
}

const isContent = <K extends FactKind>(kind: K, value: unknown): value is FactContents[K] =>
  Value.Check(factContents[kind], value);

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withInstants(input: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [key, instantKeys.has(key) ? (instantOf(value) ?? value) : value]),
  );
}

/** Unix ms of an instant, written as such or in ISO 8601; null when it is none. */
export function instantOf(value: unknown): number | null {
  if (typeof value === 'string' && isInstant(value)) return instantMs(value);
  return Number.isSafeInteger(value) && typeof value === 'number' ? value : null;
}

/** Spans that end before they begin. */
function reversed(value: unknown): FormProblem[] {
  const pairs = [
    ['start', 'end'],
    ['from', 'to'],
  ] as const;
  const parts = new Map<string, unknown>(isPlain(value) ? Object.entries(value) : []);
  return pairs.flatMap(([first, last]) => {
    const [a, b] = [parts.get(first), parts.get(last)];
    const wrong =
      (typeof a === 'number' && typeof b === 'number' && b < a) ||
      (typeof a === 'string' && typeof b === 'string' && b < a);
    return wrong ? [{ where: last, problem: `must not be before ${first}` }] : [];
  });
}
