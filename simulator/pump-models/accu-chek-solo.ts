import { derived } from '../figures.ts';
import { insulinLimit, insulinPump } from './insulin-pump.ts';

const STUDY = 'ATTD 2020 abstract: 2:57 h at 1 U/h, 35:11 h at 0.1 U/h';

/** A tenth of the rate takes twelve times as long: a small leak. */
export const accuChekSolo = insulinPump({
  id: 'accu-chek-solo',
  title: 'Patch pump Accu-Chek Solo',
  limitMmHg: insulinLimit,
  complianceUlPerMmHg: derived(0.03868, STUDY),
  leakUlPerMinPerMmHg: derived(7.31e-6, STUDY),
});
