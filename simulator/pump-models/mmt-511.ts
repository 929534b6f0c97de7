import { derived } from '../figures.ts';
import { insulinLimit, insulinPump } from './insulin-pump.ts';

const MANUAL = 'MMT-511 manual p. 158';

/**
 * Basal rows are proportional to 1 / rate; the bolus row alarms at half the volume. Friction that grows with speed explains
 * both: at 1.5 U/min it takes up half the limit, at basal rates nothing.
 */
export const mmt511 = insulinPump({
  id: 'mmt-511',
  title: 'Insulin pump MMT-511',
  limitMmHg: insulinLimit,
  complianceUlPerMmHg: derived(0.016762, `${MANUAL}: 75 min at 1.0 U/h, 12.5 h at 0.1 U/h, at a limit of 750 mmHg`),
  frictionMmHgPerMlH: derived(419, `${MANUAL}: 25 s at 1.5 U/min`),
});
