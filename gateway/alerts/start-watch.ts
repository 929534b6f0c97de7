import type { AlarmPriority } from '#model/alarms.ts';
import type { PumpContext } from '#model/pump-context.ts';
import { isDelivering } from '#model/reading.ts';
import { isThere } from './conditions.ts';
import type { PumpMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';
import { clockTime } from './words.ts';

/** An order that should run without a break is looked at once its pump should have begun. */
export function armStart(rules: Rules, pump: string, context: PumpContext): void {
  const { order } = context;
  if (order === null || !order.continuous) return;
  const due = Math.max(rules.book.now, order.from + ms(limitOf(rules, context)));
  rules.queue.push({ due, kind: 'start', key: pump });
}

function limitOf(rules: Rules, { overrides }: PumpContext): number {
  const own = overrides.findLast(({ limit, expires }) => limit === 'notStartedSeconds' && expires > rules.book.now);
  return own?.value ?? rules.policy.derived.limits.notStartedSeconds;
}

/** The look: nothing was delivered since the order began, whether or not the pump was ever heard. */
export function lookAtStart(rules: Rules, id: string, context: PumpContext, pump: PumpMemory | undefined): void {
  const { book, policy } = rules;
  const { order, patient } = context;
  if (order === null || !order.continuous || (order.to !== null && book.now >= order.to)) return;
  if (book.now < order.from + ms(limitOf(rules, context))) return;
  const doc = pump?.doc;
  if (doc && (isDelivering(doc.state) || (doc.deliveredAt ?? 0) >= order.from)) return;
  const isCritical = rules.isCritical(order.drug) || rules.isCritical(order.jcode);
  const priority: AlarmPriority = isCritical ? 'high' : 'medium';
  const heard = doc ? `The pump is ${doc.state}.` : 'The pump was never heard.';
  const reason = `Delivery should have begun at ${clockTime(order.from)} and has not. ${heard}`;
  if (book.latest(id, null, 'not-started')?.alert.condition === 'active') return;
  isThere(
    policy,
    book,
    {
      pump: id,
      hub: doc?.hub ?? null,
      patient,
      code: 'not-started',
      priority,
      text: 'Infusion not started',
      since: order.from,
      drug: order.drug,
      stateUnknown: doc?.unknown ?? false,
      count: 1,
    },
    { reason },
  );
}
