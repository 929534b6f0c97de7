import { chosen, derived, found, recalled } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

const SOLIS = 'CADD-Solis manual';

/** A cassette pump worn on the body, as the class is known; not a particular product. */
export const ambulatoryCassette: PumpModel = {
  id: 'ambulatory-cassette',
  title: 'Ambulatory cassette pump, 100 mL',
  kind: 'ambulatory',
  minRateMlH: chosen(0.1),
  maxRateMlH: chosen(300),
  rateErrorPct: found(6, `${SOLIS}: +-6 % at 10 mL/h`),
  reservoirMl: recalled(100, 'CADD cassettes of 50, 100 and 250 mL'),
  pressureLimitsMmHg: [recalled(1345, 'CADD-Legacy about 26 +- 14 psi')],
  defaultLimitMmHg: recalled(1345, 'CADD-Legacy about 26 +- 14 psi'),
  alarmLatencyS: chosen(1),
  line: {
    complianceUlPerMmHg: chosen(0.35, 'chosen for the simulation: microbore extension of 1.5 m'),
    growthUlPerMmHg2: chosen(0),
    leakUlPerMinPerMmHg: chosen(0.001),
    openConductanceUlPerMinPerMmHg: chosen(80, 'chosen for the simulation: PICC line with filter'),
    releasedShare: chosen(0.5),
    releasedShareGrowthPerMmHg: chosen(0),
  },
  sensorNoiseMmHg: chosen(3),
  sensorStepMmHg: chosen(1),
  kvo: [{ fromMlH: chosen(0), kvoMlH: recalled(0.2, 'keep-vein-open rates of 0.2-5 mL/h between antibiotic doses') }],
  nearEndMin: chosen(10),
  callbackMin: chosen(2),
  batteryHours: chosen(48),
  batteryLowPct: derived(1.1, 'about 30 min left (recalled) of 48 h'),
  batteryLastMin: chosen(3),
};
