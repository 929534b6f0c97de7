import type { AlertPolicy } from '../../../../gateway/alerts/policy.ts';

/** Numbers of the policy by their path, such as `priorities.high.snoozeMinutes`; a list of words is one value. */
export function numbersOf(policy: object): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const walk = (path: string, value: unknown): void => {
    const isList = Array.isArray(value) && value.every((one) => typeof one !== 'object');
    if (typeof value !== 'object' || value === null || isList)
      found.set(path, isList ? value.join(', ') : String(value));
    else for (const [key, inner] of Object.entries(value)) walk(path === '' ? key : `${path}.${key}`, inner);
  };
  walk('', policy);
  return found;
}

export interface Difference {
  readonly path: string;
  /** Null where that version has no such number. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What two versions have otherwise, in order of path. */
export function differencesOf(before: object, after: object): Difference[] {
  const [old, young] = [numbersOf(before), numbersOf(after)];
  return [...new Set([...old.keys(), ...young.keys()])]
    .sort()
    .map((path) => ({ path, before: old.get(path) ?? null, after: young.get(path) ?? null }))
    .filter((one) => one.before !== one.after);
}

export const policyPriorities = ['high', 'medium', 'low', 'technical'] as const;

/** The rules of a priority that people meet, in the order in which they do. Units stand in the names. */
export const priorityRules = [
  'clearHoldSeconds',
  'reopenSeconds',
  'acknowledgementSeconds',
  'snoozeMinutes',
  'snoozeTotalMinutes',
  'shelveMinutes',
] as const satisfies readonly (keyof AlertPolicy['priorities']['high'])[];

/** A rule of a priority in ms; null for one that knows no limit. */
export function ruleMs(rules: AlertPolicy['priorities']['high'], rule: (typeof priorityRules)[number]): number | null {
  const value = rules[rule];
  return value === null ? null : value * (rule.endsWith('Minutes') ? 60_000 : 1_000);
}
