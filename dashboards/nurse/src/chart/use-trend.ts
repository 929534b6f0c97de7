import { useEffect, useState } from 'preact/hooks';
import type { Alert } from '../../../../gateway/model/alert.ts';
import type { Trend } from '../../../../gateway/model/trend.ts';
import { api, gatewayNow } from '../api/client.ts';
import { fleet } from '../state/store.ts';
import { shifted, shiftFor } from './series.ts';
import { type RangeHours, ranges, windowOf } from './window.ts';

const refreshMs = 10_000;

export interface TrendAnswer {
  readonly hours: RangeHours;
  /** On the gateway's clock. */
  readonly trend: Trend;
  /** How far its times were moved, ms; 0 when the hub's clock is right. */
  readonly shiftedMs: number;
}

/**
 * The trend of a pump, asked for again every 10 s while its window reaches to the present and somebody looks. Readings
 * are stored by the hub's clock and alerts by the gateway's: a hub whose clock is off has its curve moved to where the
 * alerts are, by the skew as it is now.
 */
export function useTrend(pump: string, hours: RangeHours, around: number | null) {
  const [answer, setAnswer] = useState<TrendAnswer | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    let over = false;
    let timer = 0;
    const ask = async (): Promise<void> => {
      const now = gatewayNow();
      const { from, to } = windowOf(hours, around, now);
      const points = ranges.find((range) => range.hours === hours)?.points ?? 120;
      const shiftedMs = shiftFor(fleet.peek().pumps.get(pump)?.clockSkewMs);
      const got = document.hidden ? null : await api.trend(pump, from - shiftedMs, to - shiftedMs, points);
      if (over) return;
      if (got?.result === 'ok') {
        setAnswer({ hours, trend: shifted(got.body, shiftedMs), shiftedMs });
        setFailed(null);
      } else if (got !== null) setFailed(got.result === 'problem' ? got.problem.title : 'The gateway does not answer.');
      if (to >= now || got?.result !== 'ok') timer = window.setTimeout(() => void ask(), refreshMs);
    };
    void ask();
    return () => {
      over = true;
      window.clearTimeout(timer);
    };
  }, [pump, hours, around]);
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
