import { derived, found } from '../figures.ts';
import { insulinPump } from './insulin-pump.ts';

const MANUAL = 'Wellion micro manual';

export const wellionMicro = insulinPump({
  id: 'wellion-micro',
  title: 'Insulin pump Wellion micro',
  limitMmHg: found(750, `${MANUAL}: 100 +- 30 kPa`),
  complianceUlPerMmHg: derived(0.03333, `${MANUAL}: 2.5 U (150 min at 1 U/h, 100 h at 0.025 U/h) at 750 mmHg`),
});
