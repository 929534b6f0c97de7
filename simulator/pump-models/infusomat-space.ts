import { chosen, derived, type Figure, found } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

const IFU = 'B. Braun Infusomat Space IFU 586U';
const FIT = `least squares of log time over the 7 finite rows of ${IFU} p. 72 (0.1, 1, 100 mL/h; set 870 0036 SP), within 1 %`;

/** Levels 1, 5 and 9 are published and lie on a straight line; the others are read off it. */
const PUBLISHED: Readonly<Record<number, number>> = { 1: 226, 5: 563, 9: 900 };
const level = (n: number): Figure => {
  const published = PUBLISHED[n];
  if (published !== undefined) return found(published, `${IFU} p. 72 level ${n}`);
  return derived(226 + ((n - 1) * (900 - 226)) / 8, `straight line through levels 1, 5 and 9 of ${IFU} p. 72`);
};

/** Large volumetric pump. Limits, occlusion times and boluses of the IFU's page 72. */
export const infusomatSpace: PumpModel = {
  id: 'infusomat-space',
  title: 'B. Braun Infusomat Space, set 870 0036 SP',
  kind: 'volumetric',
  minRateMlH: found(0.1, `${IFU} p. 72 (lowest rate of the occlusion table)`),
  maxRateMlH: found(1200, `${IFU} (highest rate of the battery table)`),
  rateErrorPct: found(5, `${IFU}: +-5 %`),
  reservoirMl: chosen(1000, 'chosen for the simulation: a one-litre bag'),
  pressureLimitsMmHg: Array.from({ length: 9 }, (_, i) => level(i + 1)),
  limitsAreLevels: true,
  defaultLimitMmHg: found(563, `${IFU} p. 72 level 5; that it is the default is chosen for the simulation`),
  alarmLatencyS: derived(1.79, FIT),
  line: {
    complianceUlPerMmHg: derived(0.6236, FIT),
    growthUlPerMmHg2: derived(1.234e-4, FIT),
    leakUlPerMinPerMmHg: derived(0.0073547, FIT),
    openConductanceUlPerMinPerMmHg: chosen(208, 'chosen for the simulation: 10 mmHg of resistance at 125 mL/h'),
    releasedShare: derived(0.2237, `straight line through the three boluses of ${IFU} p. 72 over the stored volume`),
    releasedShareGrowthPerMmHg: derived(7.64e-5, `straight line through the three boluses of ${IFU} p. 72`),
    holdsMl: chosen(12),
  },
  sensorNoiseMmHg: chosen(1.5),
  sensorStepMmHg: chosen(1),
  ripples: [
    { shape: 'sine', mmHg: chosen(1.5), everyUl: chosen(170, 'chosen for the simulation: one turn of the fingers') },
  ],
  upstream: {
    limitMmHg: derived(-125, `${IFU}: -90 to -160 mmHg in 9 levels; the middle one`),
    complianceUlPerMmHg: chosen(2, 'chosen for the simulation: drip chamber and soft tubing above the pump'),
    conductanceUlPerMinPerMmHg: chosen(800),
    bagAboveCm: chosen(50),
  },
  air: {
    bubbleMl: found(0.3, `${IFU}: 0.02-0.3 mL, 0.3 by default`),
    perHourMl: found(1.5, `${IFU}: 0.5-3.8 mL/h, 1.5 by default`),
  },
  sensesFreeFlow: true,
  kvo: [
    { fromMlH: found(10, `${IFU}: 3 mL/h if the rate is 10 or more`), kvoMlH: found(3, IFU) },
    { fromMlH: found(1, `${IFU}: 1 mL/h below 10`), kvoMlH: found(1, IFU) },
    { fromMlH: found(0, `${IFU}: the set rate below 1`), kvoMlH: found(0, IFU) },
  ],
  nearEndMin: chosen(5),
  callbackMin: found(2, `${IFU}: call back after 2 min`),
  batteryHours: found(12, `${IFU}: 12-15 h radio off; the shorter is taken`),
  batteryLowPct: derived(4.2, 'about 30 min left (recalled) of 12 h'),
  batteryLastMin: found(3, `${IFU}: battery-empty alarm for 3 min, then off`),
};
