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
    slipPerMmHg: derived(
      3.5e-4,
      `${SOLIS}, challenge tests: -17 to -7 % at +300 mmHg, -10 to +5 % at +100, -6 to +11 % at -100`,
    ),
    holdsMl: chosen(1.5),
  },
  sensorNoiseMmHg: chosen(3),
  sensorStepMmHg: chosen(1),
  ripples: [
    {
      shape: 'sine',
      mmHg: chosen(4),
      everyUl: derived(50, `${SOLIS}: smallest bolus tested 0.05 mL; taken as one stroke`),
    },
  ],
  upstream: {
    limitMmHg: chosen(-150, `chosen for the simulation; that there is such an alarm: ${SOLIS}`),
    complianceUlPerMmHg: chosen(0.8),
    conductanceUlPerMinPerMmHg: chosen(200),
    bagAboveCm: chosen(0, 'chosen for the simulation: the cassette hangs on the pump'),
  },
  air: { bubbleMl: chosen(0.15), perHourMl: chosen(1) },
  kvo: [{ fromMlH: chosen(0), kvoMlH: recalled(0.2, 'keep-vein-open rates of 0.2-5 mL/h between antibiotic doses') }],
  nearEndMin: chosen(10),
  callbackMin: chosen(2),
  batteryHours: chosen(48),
  batteryLowPct: derived(1.1, 'about 30 min left (recalled) of 48 h'),
  batteryLastMin: chosen(3),
};
