import { derived, found, recalled } from '../figures.ts';
import { steady } from '../program.ts';
import type { Therapy } from './therapy.ts';

const doseNgKgMin = derived(35.7, 'the worked rate of the label table: 35.7 ng/kg/min x 70 kg at 5 mg/mL = 0.030 mL/h');
const rateMlH = derived(0.03, '35.7 x 70 x 0.00006 / 5');
const bagMl = recalled(3, 'treprostinil syringe of 3 mL');
const largestNgKgMin = found(40, 'treprostinil label: about 40 ng/kg/min at most');

/** Treprostinil under the skin: the slowest of all, and a stop threatens life. */
export const treprostinil: Therapy = {
  id: 'treprostinil',
  title: 'Treprostinil, subcutaneous, continuous (J3285)',
  model: 'crono-five',
  bagMl: bagMl.value,
  program: steady('J3285', rateMlH.value, bagMl.value, 'stop'),
  figures: { doseNgKgMin, rateMlH, bagMl, largestNgKgMin },
};
