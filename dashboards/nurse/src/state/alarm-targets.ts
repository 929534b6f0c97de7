import type { AlarmLoad } from '../../../../gateway/model/alarm-load.ts';

/** Figures of the alarm load beside what alarms may ask of people. */
export type Measure = 'pages' | 'acted-high' | 'acted-medium' | 'reply-p50' | 'reply-p90' | 'unanswered';

export interface Measured {
  readonly measure: Measure;
  readonly unit: 'count' | 'share' | 'ms';
  /** Null when nothing happened that could be measured: then the target is neither met nor missed. */
  readonly figure: number | null;
  readonly met: boolean | null;
}

const minute = 60_000;

function judged(
  measure: Measure,
  unit: Measured['unit'],
  figure: number | null | undefined,
  meets: (figure: number) => boolean,
): Measured {
  return { measure, unit, figure: figure ?? null, met: figure === null || figure === undefined ? null : meets(figure) };
}

export function measuresOf(load: AlarmLoad): readonly Measured[] {
  const of = (priority: 'high' | 'medium') => load.byPriority.find((one) => one.priority === priority);
  const high = of('high');
  const mostPages = Math.max(0, ...load.shifts.map(({ pages }) => pages));
  return [
    judged('pages', 'count', mostPages, (pages) => pages <= 10),
    judged('acted-high', 'share', high?.actionableShare, (share) => share >= 0.7),
    judged('acted-medium', 'share', of('medium')?.actionableShare, (share) => share >= 0.5),
    judged('reply-p50', 'ms', high?.replyP50Ms, (ms) => ms <= 2 * minute),
    judged('reply-p90', 'ms', high?.replyP90Ms, (ms) => ms <= 5 * minute),
    judged('unanswered', 'count', high?.unansweredAt15Min, (count) => count === 0),
  ];
}
