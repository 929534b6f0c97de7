import type { AlarmPriority } from '#model/alarms.ts';
import type { PumpContext } from '#model/pump-context.ts';
import { isDelivering } from '#model/reading.ts';
import { isThere } from './conditions.ts';
import type { ContextRecord, PumpMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';
import { clockTime } from './words.ts';

/** An order that should run without a break is looked at once its pump should have begun. */
export function armStart(rules: Rules, record: ContextRecord): void {
  const due = startDue(rules, record);
  if (due !== null) rules.queue.push({ due, kind: 'start', key: record.pump });
}

/** An order that was told late gives its pump as long from then on. */
function startDue(rules: Rules, { context, toldAt }: ContextRecord): number | null {
  const { order } = context;
  if (order === null || !order.continuous) return null;
  return Math.max(toldAt, order.from) + ms(limitOf(rules, context));
}

function limitOf(rules: Rules, { overrides }: PumpContext): number {
  const own = overrides.findLast(({ limit, expires }) => limit === 'notStartedSeconds' && expires > rules.book.now);
  return own?.value ?? rules.policy.derived.limits.notStartedSeconds;
}

/** The look: nothing was delivered since the order began, whether or not the pump was ever heard. */
export function lookAtStart(rules: Rules, record: ContextRecord, pump: PumpMemory | undefined): void {
  const { book, policy } = rules;
  const { order, patient } = record.context;
  const id = record.pump;
  const due = startDue(rules, record);
  if (order === null || due === null || book.now < due || (order.to !== null && book.now >= order.to)) return;
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
