import { derived, found, recalled } from '../figures.ts';
import { steady } from '../program.ts';
import type { Therapy } from './therapy.ts';

const doseUgKgMin = found(0.375, 'milrinone label: 0.375-0.75 ug/kg/min; the lowest is taken');
const concentrationUgMl = found(200, 'milrinone label: 200 ug/mL');
const weightKg = recalled(70, 'an adult');
const rateMlH = derived(7.9, '0.375 ug/kg/min x 70 kg x 60 / 200 ug/mL, to the pump step of 0.1');
const bagMl = recalled(100, 'premixed bags of 100 and 200 mL');

/** Milrinone, continuous. A stop is dangerous: the drug is gone within hours. */
export const milrinone: Therapy = {
  id: 'milrinone',
  title: 'Milrinone, continuous (J2260)',
  model: 'ambulatory-cassette',
  bagMl: bagMl.value,
  program: steady('J2260', rateMlH.value, bagMl.value, 'kvo'),
  figures: { doseUgKgMin, concentrationUgMl, weightKg, rateMlH, bagMl },
};
