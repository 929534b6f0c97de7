import { chosen, derived, found, recalled } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

const LABEL = 'Gammagard label: 20-30 mL/h a site, at most 8 sites and 240 mL/h';

/**
 * A pump for subcutaneous immunoglobulin, as the class is known; not a particular product. Needle sets of several sites
 * make the way out narrow, and the thick fluid makes the line pressure high.
 */
export const immunoglobulin: PumpModel = {
  id: 'immunoglobulin',
  title: 'Immunoglobulin pump, subcutaneous, several sites',
  kind: 'ambulatory',
  minRateMlH: chosen(1),
  maxRateMlH: found(300, 'facilitated SCIg: median maximum of 300 mL/h (PMC10088636)'),
  rateErrorPct: chosen(5),
  reservoirMl: chosen(250),
  pressureLimitsMmHg: [
    chosen(500),
    derived(700, 'FREEDOM60 drives with a constant 13.5 psi = 698 mmHg: what such a line takes'),
    chosen(1_000),
  ],
  defaultLimitMmHg: derived(700, 'FREEDOM60 drives with a constant 13.5 psi = 698 mmHg: what such a line takes'),
  alarmLatencyS: chosen(2),
  line: {
    complianceUlPerMmHg: chosen(0.9),
    growthUlPerMmHg2: chosen(0),
    leakUlPerMinPerMmHg: chosen(0.001),
    openConductanceUlPerMinPerMmHg: derived(6, `${LABEL}; 240 mL/h then stand at 670 mmHg, four sites in use`),
    releasedShare: chosen(0.6),
    releasedShareGrowthPerMmHg: chosen(0),
    holdsMl: chosen(3),
  },
  sensorNoiseMmHg: chosen(4),
  sensorStepMmHg: chosen(1),
  ripples: [{ shape: 'sine', mmHg: chosen(5), everyUl: chosen(60) }],
  upstream: {
    limitMmHg: chosen(-150),
    complianceUlPerMmHg: chosen(1),
    conductanceUlPerMinPerMmHg: chosen(150),
    bagAboveCm: chosen(0),
  },
  air: { bubbleMl: chosen(0.3), perHourMl: chosen(3) },
  kvo: [{ fromMlH: chosen(0), kvoMlH: chosen(1) }],
  nearEndMin: chosen(5),
  callbackMin: recalled(2, 'a usual time'),
  batteryHours: chosen(24),
  batteryLowPct: derived(2.1, 'about 30 min left (recalled) of 24 h'),
  batteryLastMin: chosen(3),
};
