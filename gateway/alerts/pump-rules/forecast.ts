import type { AlarmPriority } from '#model/alarms.ts';
import { isDelivering } from '#model/reading.ts';
import { clockTime } from '../words.ts';
import { type Hold, holds, newHold, release } from './hold.ts';
import { type Finding, holdMs, type PumpRule, type Sample, type Tell } from './pump-rule.ts';

type Charge = { readonly at: number; readonly pct: number };

/** What the forecasts remember of a pump. JSON. */
export type ForecastState = {
  reservoirLow: Hold;
  reservoirUrgent: Hold;
  batteryLow: Hold;
  batteryUrgent: Hold;
  /** The charge at a moment on battery from which its fall is measured, null while on mains. */
  battery: Charge | null;
  /** A later one that takes its place, because a battery falls faster towards its end. */
  later: Charge | null;
};

export const newForecast = (): ForecastState => ({
  reservoirLow: newHold(),
  reservoirUrgent: newHold(),
  batteryLow: newHold(),
  batteryUrgent: newHold(),
  battery: null,
  later: null,
});

/** A fall of the charge is measured over so much at least. */
const leastFallPct = 3;
const leastFallMs = 600_000;
/** … and at most. */
const longestFallMs = 3_600_000;

/** When the container and the battery will be empty. */
export const forecastRule: PumpRule = (doc, sample, tell) => {
  judgeReservoir(doc.forecast, sample, tell);
  judgeBattery(doc.forecast, sample, tell);
};

function judgeReservoir(state: ForecastState, sample: Sample, tell: Tell): void {
  const { reading, at, limits } = sample;
  const minutes = reservoirMinutes(sample);
  if (minutes === null) {
    if (reading.reservoirMl === undefined || !isDelivering(reading.state)) return;
    release(state.reservoirLow);
    release(state.reservoirUrgent);
    tell('reservoir-forecast', null);
    return;
  }
  judge(state.reservoirLow, state.reservoirUrgent, sample, tell, {
    code: 'reservoir-forecast',
    minutes,
    low: limits.reservoirLowMinutes,
    urgent: limits.reservoirUrgentMinutes,
    words: () => ({
      text: `Bag, cassette or syringe empty at about ${clockTime(at + minutes * 60_000)}`,
      reason: `${reading.reservoirMl} mL left at ${reading.rateMlH ?? reading.programmedRateMlH} mL/h.`,
    }),
  });
}

/** Null when nothing flows, or the infusion ends before the container is empty. */
function reservoirMinutes({ reading }: Sample): number | null {
  const { reservoirMl, remainingMl, rateMlH, programmedRateMlH } = reading;
  const rate = rateMlH ?? programmedRateMlH ?? 0;
  if (reservoirMl === undefined || rate <= 0 || !isDelivering(reading.state)) return null;
  return remainingMl !== undefined && remainingMl <= reservoirMl ? null : (reservoirMl / rate) * 60;
}

function judgeBattery(state: ForecastState, sample: Sample, tell: Tell): void {
  const { reading, at, limits } = sample;
  const { batteryPct } = reading;
  if (batteryPct === undefined) return;
  const { battery } = state;
  if (reading.onMains === true || battery === null || batteryPct > battery.pct) {
    state.battery = reading.onMains === true ? null : { at, pct: batteryPct };
    state.later = null;
    release(state.batteryLow);
    release(state.batteryUrgent);
    tell('battery-forecast', null);
    return;
  }
  const fell = battery.pct - batteryPct;
  if (fell < leastFallPct || at - battery.at < leastFallMs) return;
  const minutes = (batteryPct / fell) * ((at - battery.at) / 60_000);
  if (at - battery.at > longestFallMs) {
    state.battery = state.later ?? { at, pct: batteryPct };
    state.later = null;
  } else if (at - battery.at > longestFallMs / 2) state.later ??= { at, pct: batteryPct };
  judge(state.batteryLow, state.batteryUrgent, sample, tell, {
    code: 'battery-forecast',
    minutes,
    low: limits.batteryLowMinutes,
    urgent: limits.batteryUrgentMinutes,
    words: () => ({
      text: `Pump battery empty at about ${clockTime(at + minutes * 60_000)}`,
      reason: `${batteryPct} % left; it fell by ${Math.round(fell)} % in ${Math.round((at - battery.at) / 60_000)} min.`,
    }),
  });
}

interface Forecast {
  readonly code: 'reservoir-forecast' | 'battery-forecast';
  readonly minutes: number;
  readonly low: number;
  readonly urgent: number;
  /** Asked for only when there is something to say: most readings of most pumps have nothing. */
  readonly words: () => Pick<Finding, 'text' | 'reason'>;
}

function judge(low: Hold, urgent: Hold, { at, critical, policy }: Sample, tell: Tell, forecast: Forecast): void {
  const { code, minutes } = forecast;
  const grave: AlarmPriority = critical ? 'high' : 'medium';
  const over = 1 + policy.forecastHysteresisPct / 100;
  const isLow = holds(low, minutes < forecast.low, minutes > forecast.low * over, at, holdMs(policy, 'low'));
  const isUrgent = holds(
    urgent,
    minutes < forecast.urgent,
    minutes > forecast.urgent * over,
    at,
    holdMs(policy, grave),
  );
  if (!isLow && !isUrgent) tell(code, null);
  else tell(code, { priority: isUrgent ? grave : 'low', since: isLow ? low.since : urgent.since, ...forecast.words() });
}
