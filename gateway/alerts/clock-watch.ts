import { skewMs } from '#model/clock-skew.ts';
import { isGone, isThere } from './conditions.ts';
import type { HubMemory } from './engine-state.ts';
import { ms, type Rules } from './rules.ts';
import { spoken } from './words.ts';

/** Tells of a hub whose clock is far off. Its alarms are judged by the gateway's clock all the same. */
export function watchClock(rules: Rules, hub: HubMemory, offset: number): void {
  const { doc } = hub;
  if (!doc.skew.trusted) return;
  const { skewLowSeconds, skewMediumSeconds } = rules.policy.derived;
  const ahead = skewMs(doc.skew);
  const off = Math.abs(ahead);
  const isOver = off < ms(skewLowSeconds) / 2;
  const level =
    off > ms(skewMediumSeconds) ? 'medium' : off > ms(skewLowSeconds) ? 'low' : isOver ? null : doc.clockOff;
  if (level === doc.clockOff) return;
  doc.clockOff = level;
  const { id } = doc;
  const of = { pump: null, hub: id, code: 'clock-skew' };
  if (level === null) {
    isGone(rules.book, of, { reason: 'The clock of the hub is right again.', offset });
    return;
  }
  const reason = `The clock of the hub is ${spoken(off)} ${ahead > 0 ? 'ahead' : 'behind'}. Its alarms are judged by the gateway's clock.`;
  isThere(
    rules.policy,
    rules.book,
    {
      ...of,
      from: 'gateway',
      priority: level,
      text: 'Clock of the home hub is wrong',
      since: rules.book.now,
      drug: null,
      stateUnknown: false,
      count: 1,
    },
    { reason, offset },
  );
}
