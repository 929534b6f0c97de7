import { derived } from '../figures.ts';
import { insulinLimit, insulinPump } from './insulin-pump.ts';

const STUDY = 'ATTD 2020 abstract: 7:26 h at 1 U/h, no alarm at 0.1 U/h';

/** Never alarms at 0.1 U/h: the leak takes more than that at the limit. A fifth more is taken. */
export const a6TouchCare = insulinPump({
  id: 'a6-touchcare',
  title: 'Patch pump A6 TouchCare',
  limitMmHg: insulinLimit,
  complianceUlPerMmHg: derived(0.09304, STUDY),
  leakUlPerMinPerMmHg: derived(2.667e-5, STUDY),
});
