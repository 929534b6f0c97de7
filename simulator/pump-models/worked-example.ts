import { derived, found } from '../figures.ts';
import type { PumpModel } from './pump-model.ts';
import { syringe50Ml } from './syringe-50ml.ts';

const EXAMPLE = 'worked example at atlasofengineering.com';

/** The pump of a textbook: 12 mL/h, 0.010 mL/kPa, from 15 to 85 kPa, 8 s. For checking the arithmetic of others. */
export const workedExample: PumpModel = {
  ...syringe50Ml,
  id: 'worked-example',
  title: 'Textbook pump, 0.010 mL/kPa',
  pressureLimitsMmHg: [derived(637.55, `${EXAMPLE}: 85 kPa`)],
  defaultLimitMmHg: derived(637.55, `${EXAMPLE}: 85 kPa`),
  alarmLatencyS: found(8, EXAMPLE),
  line: {
    ...syringe50Ml.line,
    complianceUlPerMmHg: derived(1.33322, `${EXAMPLE}: 0.010 mL/kPa`),
  },
};
