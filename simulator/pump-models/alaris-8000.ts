import { chosen, derived, found, recalled } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

const MANUAL = 'Alaris 8000 manual p. 139';
const GP = 'Alaris GP manual p. 36';

/** A volumetric pump that tries again by itself after an occlusion. Limits in steps of 25 mmHg. */
export const alaris8000: PumpModel = {
  id: 'alaris-8000',
  title: 'Alaris 8000 module',
  kind: 'volumetric',
  minRateMlH: found(0.1, `${MANUAL}: the lowest keep-vein-open rate`),
  maxRateMlH: chosen(999),
  rateErrorPct: found(5, 'Alaris GP: +-5 %'),
  reservoirMl: chosen(1000, 'chosen for the simulation: a one-litre bag'),
  pressureLimitsMmHg: Array.from({ length: 20 }, (_, i) =>
    derived(50 + 25 * i, `${MANUAL}: steps of 25 mmHg; the range is chosen for the simulation`),
  ),
  defaultLimitMmHg: chosen(525),
  alarmLatencyS: chosen(1),
  line: {
    complianceUlPerMmHg: chosen(0.6, 'chosen for the simulation, near the Infusomat Space'),
    growthUlPerMmHg2: chosen(1e-4),
    leakUlPerMinPerMmHg: chosen(0.002),
    openConductanceUlPerMinPerMmHg: chosen(208),
    releasedShare: chosen(0.25),
    releasedShareGrowthPerMmHg: chosen(0),
    holdsMl: chosen(12),
  },
  sensorNoiseMmHg: chosen(1.5),
  sensorStepMmHg: chosen(1),
  ripples: [{ shape: 'sine', mmHg: chosen(1.5), everyUl: chosen(160) }],
  upstream: {
    limitMmHg: chosen(-120),
    complianceUlPerMmHg: chosen(2),
    conductanceUlPerMinPerMmHg: chosen(800),
    bagAboveCm: chosen(50),
  },
  air: { bubbleMl: chosen(0.25), perHourMl: derived(4, `${GP}: more than 1 mL in 15 min`) },
  sensesFreeFlow: true,
  autoRestart: {
    waitS: found(15, `${MANUAL}: checks the line for 15 s`),
    belowShare: found(0.5, `${MANUAL}: goes on below 50 % of the limit`),
    perTenMin: chosen(3, `chosen for the simulation, of the 0-9 of ${MANUAL}`),
  },
  kvo: [{ fromMlH: chosen(0), kvoMlH: derived(1, `${MANUAL}: 0.1-20 mL/h, never above the rate; 1 is chosen`) }],
  nearEndMin: chosen(5),
  callbackMin: recalled(2, 'a usual time'),
  batteryHours: chosen(6),
  batteryLowPct: derived(8.3, 'about 30 min left (recalled) of 6 h'),
  batteryLastMin: recalled(3, 'a usual time'),
};
