import { chosen, derived, found } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

const MANUAL = 'Cane Crono Five manual p. 87';

/** Small ambulatory syringe pump. One published occlusion row: 0.1 mL/h, 2.2 bar, about 5 h, about 0.4 mL released. */
export const cronoFive: PumpModel = {
  id: 'crono-five',
  title: 'Cane Crono Five, 20 mL syringe',
  kind: 'ambulatory',
  minRateMlH: chosen(0.01),
  maxRateMlH: chosen(30),
  rateErrorPct: found(2, 'Cane Crono manual: +-2 %'),
  reservoirMl: found(20, 'Cane Crono manual: 10 and 20 mL syringes'),
  pressureLimitsMmHg: [found(1650, `${MANUAL}: 2.2 +- 0.8 bar`)],
  defaultLimitMmHg: found(1650, `${MANUAL}: 2.2 +- 0.8 bar`),
  alarmLatencyS: chosen(1),
  line: {
    complianceUlPerMmHg: derived(0.303, `${MANUAL}: 0.1 mL/h x 5 h / 1650 mmHg`),
    growthUlPerMmHg2: chosen(0, 'chosen for the simulation: one row shows no bend'),
    leakUlPerMinPerMmHg: chosen(0, 'chosen for the simulation: a syringe does not leak back'),
    openConductanceUlPerMinPerMmHg: chosen(20, 'chosen for the simulation: a thin subcutaneous needle'),
    releasedShare: derived(0.8, `${MANUAL}: 0.4 mL released of 0.5 mL pumped`),
    releasedShareGrowthPerMmHg: chosen(0, 'chosen for the simulation: one row shows no bend'),
    slackMl: chosen(0.02),
    holdsMl: chosen(0.5),
  },
  sensorNoiseMmHg: chosen(4),
  sensorStepMmHg: chosen(1),
  ripples: [
    {
      shape: 'sawtooth',
      mmHg: chosen(12, 'chosen for the simulation: the plunger sticks and slips'),
      everyUl: chosen(10),
    },
  ],
  kvo: [{ fromMlH: chosen(0), kvoMlH: chosen(0.1) }],
  nearEndMin: chosen(15),
  callbackMin: chosen(5),
  batteryHours: chosen(72),
  batteryLowPct: chosen(10),
  batteryLastMin: chosen(3),
};
