import { chosen, derived, found } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';
import { syringe50Ml } from './syringe-50ml.ts';

const BOLUS = 'Medfusion 4000 data sheet: less than 0.3 mL after its reduction';
const M3500 = 'Medfusion 3500 manual';

/** A syringe pump that takes back most of the bolus. The syringe is the 50 mL one of the literature. */
export const medfusion4000: PumpModel = {
  ...syringe50Ml,
  id: 'medfusion-4000',
  title: 'Medfusion 4000, 60 mL syringe',
  rateErrorPct: found(2, `${M3500}: +-2 %`),
  reservoirMl: chosen(60),
  pressureLimitsMmHg: [chosen(250), chosen(500), chosen(600)],
  line: {
    ...syringe50Ml.line,
    releasedShare: derived(0.2, `${BOLUS}; 0.23 mL at the highest limit is chosen`),
  },
  nearEndMin: found(5, `${M3500}: 1 to 240 min before the end, settable; 5 is chosen for the simulation`),
  callbackMin: found(0.5, `${M3500}: 30 s`),
};
