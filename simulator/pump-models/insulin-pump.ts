import { chosen, derived, type Figure, found } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

/** What tells one insulin pump's line from another's. U100 insulin: 1 U is 10 uL. */
export interface InsulinLine {
  readonly id: string;
  readonly title: string;
  readonly limitMmHg: Figure;
  readonly complianceUlPerMmHg: Figure;
  readonly leakUlPerMinPerMmHg?: Figure;
  readonly frictionMmHgPerMlH?: Figure;
}

/** Pressures are not published for most insulin pumps: the line is then known only up to a common factor, and this is taken. */
export const insulinLimit = chosen(
  750,
  'chosen for the simulation: no limit is published; times depend on compliance x limit alone',
);

const NO_BACKOFF = 'chosen for the simulation: nothing is published about running back';

/** A small pump for insulin, on the body, without telemetry of its own. Here for its published occlusion times. */
export function insulinPump(line: InsulinLine): PumpModel {
  const { id, title, limitMmHg, complianceUlPerMmHg, leakUlPerMinPerMmHg, frictionMmHgPerMlH } = line;
  return {
    id,
    title,
    kind: 'patch',
    minRateMlH: derived(0.00025, 'Wellion micro: 0.025 U/h at 10 uL a unit'),
    maxRateMlH: derived(0.9, 'MMT-511: bolus at 1.5 U/min'),
    rateErrorPct: chosen(5),
    reservoirMl: chosen(3),
    pressureLimitsMmHg: [limitMmHg],
    defaultLimitMmHg: limitMmHg,
    alarmLatencyS: chosen(0, 'chosen for the simulation: the published times are proportional to 1 / rate'),
    line: {
      complianceUlPerMmHg,
      growthUlPerMmHg2: chosen(0, 'chosen for the simulation: the rows show no bend'),
      leakUlPerMinPerMmHg: leakUlPerMinPerMmHg ?? chosen(0, 'chosen for the simulation: the rows show no leak'),
      openConductanceUlPerMinPerMmHg: chosen(5, 'chosen for the simulation: a soft cannula under the skin'),
      releasedShare: chosen(1, NO_BACKOFF),
      releasedShareGrowthPerMmHg: chosen(0, NO_BACKOFF),
      holdsMl: chosen(0.15),
      ...(frictionMmHgPerMlH && { frictionMmHgPerMlH }),
    },
    sensorNoiseMmHg: chosen(10),
    sensorStepMmHg: chosen(5),
    kvo: [{ fromMlH: chosen(0), kvoMlH: chosen(0) }],
    nearEndMin: chosen(60),
    callbackMin: found(2, 'Baxter AS50: more than 2 min; taken for lack of another'),
    batteryHours: chosen(72),
    batteryLowPct: chosen(10),
    batteryLastMin: chosen(30),
  };
}
