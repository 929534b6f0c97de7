import { derived } from '../figures.ts';
import { insulinLimit, insulinPump } from './insulin-pump.ts';

/** Measures the volume that does not arrive instead of a pressure: a line that holds 10 uL at its limit does the same. */
export const dekaPump = insulinPump({
  id: 'deka-pump',
  title: 'Patch pump of DEKA, alarms at 10 uL missing',
  limitMmHg: insulinLimit,
  complianceUlPerMmHg: derived(0.013333, 'DEKA manual p. 13: alarm at 10 uL under-delivered, at 750 mmHg'),
});
