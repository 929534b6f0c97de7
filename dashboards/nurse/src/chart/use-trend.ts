import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../../gateway/model/alert.ts';
import type { Trend } from '../../../../gateway/model/trend.ts';
import { api, gatewayNow } from '../api/client.ts';
import { fleet } from '../state/store.ts';
import { words } from '../text/language.ts';
import { shifted, shiftFor } from './series.ts';
import {
  bucketsOf,
  fromFirst,
  longest,
  type RangeMinutes,
  rangeFor,
  ranges,
  type Subject,
  type TimeWindow,
  windowOf,
} from './window.ts';

const retryMs = 10_000;

export interface TrendAnswer {
  /** The range that was chosen, by the reader or for them. */
  readonly minutes: RangeMinutes;
  /** On the gateway's clock. */
  readonly trend: Trend;
  /** How far its times were moved, ms; 0 when the hub's clock is right. */
  readonly shiftedMs: number;
}

/**
 * The trend of a pump, asked for again while its window reaches to the present and somebody looks. Without a `chosen`
 * range the one that fits is taken, and it begins where the data begins. Readings are stored by the hub's clock and alerts
 * by the gateway's: a hub whose clock is off has its curve moved to where the alerts are, by the skew as it is now.
 */
export function useTrend(pump: string, chosen: RangeMinutes | null, subject: Subject) {
  const [answer, setAnswer] = useState<TrendAnswer | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const since = subject?.since ?? null;
  const until = subject?.until ?? null;
  useEffect(() => {
    const about: Subject = since === null ? null : { since, until };
    let over = false;
    let timer = 0;
    let firstAt: number | null = null;

    const shiftedMs = () => shiftFor(fleet.peek().pumps.get(pump)?.clockSkewMs);
    const trendOn = async ({ from, to }: TimeWindow, buckets: number, shiftMs: number) => {
      const got = await api.trend(pump, from - shiftMs, to - shiftMs, buckets);
      return got.result === 'ok' ? { result: got.result, trend: shifted(got.body, shiftMs) } : got;
    };

    /** When the first reading within the longest range was, to a bucket of the finest width: first roughly, then closely. */
    const findFirst = async (now: number): Promise<number | null> => {
      const roughly = await trendOn(windowOf(longest, about, now), longest.buckets, shiftedMs());
      const first = roughly.result === 'ok' ? roughly.trend.points.find((point) => point.count > 0) : undefined;
      if (roughly.result !== 'ok' || first === undefined) return null;
      const around = { from: first.at, to: first.at + roughly.trend.bucketMs };
      const closely = await trendOn(around, bucketsOf(longest, around), shiftedMs());
      const point = closely.result === 'ok' ? closely.trend.points.find(({ count }) => count > 0) : undefined;
      return point?.at ?? first.at;
    };

    const ask = async (): Promise<void> => {
      if (document.hidden) {
        timer = window.setTimeout(() => void ask(), retryMs);
        return;
      }
      const now = gatewayNow();
      if (chosen === null && firstAt === null) firstAt = await findFirst(now);
      const range = ranges.find(({ minutes }) => minutes === chosen) ?? rangeFor(about, firstAt, now);
      const shown = fromFirst(windowOf(range, about, now), chosen === null ? firstAt : null);
      const shiftMs = shiftedMs();
      const got = await trendOn(shown, bucketsOf(range, shown), shiftMs);
      if (over) return;
      if (got.result === 'ok') {
        setAnswer({ minutes: range.minutes, trend: got.trend, shiftedMs: shiftMs });
        setFailed(null);
      } else setFailed(got.result === 'problem' ? got.problem.title : words.value.detail.noAnswer);
      if (got.result !== 'ok' || shown.to >= now) timer = window.setTimeout(() => void ask(), range.refreshMs);
    };
    void ask();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [pump, chosen, since, until]);
  return { answer, failed };
}

/** Closed alerts of a pump, for the marks on its time axis. */
export function useClosedAlerts(pump: string): readonly Alert[] {
  const [closed, setClosed] = useState<readonly Alert[]>([]);
  useEffect(() => {
    let over = false;
    void api.closedAlertsOf(pump).then((answer) => {
      if (!over && answer.result === 'ok') setClosed(answer.body.alerts);
    });
    return () => {
      over = true;
    };
  }, [pump]);
  return closed;
}
