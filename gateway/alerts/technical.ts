import type { TechnicalCondition } from '#model/pump-context.ts';
import { takesBack } from './alert-life.ts';
import type { Rules } from './rules.ts';

/** A condition that another part of the gateway found. It is opened once, and clears only when that part says so. */
export function applyTechnical(rules: Rules, { code, hub, pump, active, text }: TechnicalCondition): void {
  const { book, policy } = rules;
  const open = book.latest(pump, hub, code);
  if (!active) {
    if (open?.alert.condition === 'active') book.clearing(open, { reason: `No longer so: ${text}` });
    return;
  }
  if (open?.alert.condition === 'active') return;
  const priority = policy.technical[code]?.priority ?? 'technical';
  if (open && takesBack(policy, open.alert, book.now)) {
    book.recur(open, { reason: `It is there again: ${text}` }, open.alert.condition === 'cleared');
    return;
  }
  const onset = { pump, hub, code, priority, text, since: book.now, drug: null, stateUnknown: false, count: 1 };
  book.open({ ...onset, from: 'gateway' }, { reason: text });
}
