import { chosen, derived, found } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';

const JMS = 'Donmez 2005 PMID 15787919: JMS SP-100/500, 50 mL syringe, 0.5 mL/h, 117.3 min';
const ROOKE = 'Rooke and Bowdle 1994: 3 mL/h, 18-22 min, 0.6-0.9 mL released';

/** A 50 mL syringe pump as the literature describes the class, no particular product. */
export const syringe50Ml: PumpModel = {
  id: 'syringe-50ml',
  title: '50 mL syringe pump',
  kind: 'syringe',
  minRateMlH: found(0.1, 'Graseby 3100: 0.1-199.9 mL/h'),
  maxRateMlH: found(199.9, 'Graseby 3100: 0.1-199.9 mL/h'),
  rateErrorPct: found(2, 'Graseby 3100: +-2 %'),
  reservoirMl: found(50, JMS),
  pressureLimitsMmHg: [
    found(250, 'Graseby 3100: 250-600 adjustable'),
    chosen(500, 'chosen for the simulation, within the factory range 471-565 of the Graseby 3100'),
    found(600, 'Graseby 3100: 250-600 adjustable'),
  ],
  defaultLimitMmHg: chosen(500, 'chosen for the simulation, within the factory range 471-565 of the Graseby 3100'),
  alarmLatencyS: chosen(1),
  line: {
    complianceUlPerMmHg: derived(1.955, `${JMS} at 500 mmHg; inside the 1.2-2.8 of Snijder 2015`),
    growthUlPerMmHg2: chosen(0, 'chosen for the simulation: the rows show no bend'),
    leakUlPerMinPerMmHg: chosen(0, 'chosen for the simulation: a syringe does not leak back'),
    openConductanceUlPerMinPerMmHg: chosen(100, 'chosen for the simulation: a peripheral catheter'),
    releasedShare: derived(0.75, `${ROOKE}: middle of the bolus over the middle of the pumped volume`),
    releasedShareGrowthPerMmHg: chosen(0, 'chosen for the simulation: the rows show no bend'),
    slackMl: derived(0.25, 'Neff 2001: start-up at 1 mL/h 6.75 to 57.2 min, that is 0.11 to 0.95 mL; inside'),
    holdsMl: chosen(2),
  },
  sensorNoiseMmHg: chosen(3),
  sensorStepMmHg: chosen(1),
  ripples: [
    {
      shape: 'sawtooth',
      mmHg: chosen(15, 'chosen for the simulation: the stopper sticks and slips'),
      everyUl: chosen(25),
    },
  ],
  kvo: [{ fromMlH: chosen(0), kvoMlH: chosen(0.1) }],
  nearEndMin: found(5, 'inside the 1-240 min before the end of the Medfusion 3500; 5 is chosen for the simulation'),
  callbackMin: found(2, 'Baxter AS50: more than 2 min'),
  batteryHours: chosen(8),
  batteryLowPct: derived(6.3, 'about 30 min left (recalled) of 8 h'),
  batteryLastMin: chosen(3),
};
