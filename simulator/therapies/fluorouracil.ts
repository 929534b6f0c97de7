import { chosen, derived, found, recalled } from '../figures.ts';
import { steady } from '../program.ts';
import type { Therapy } from './therapy.ts';

const doseMgM2 = recalled(2_400, '2400 mg/m2 over 46 h');
const surfaceM2 = chosen(1.8);
const concentrationMgMl = recalled(50, '50 mg/mL');
const hours = found(46, 'PMID 20414024: 46 h');
const rateMlH = derived(1.9, '2400 mg/m2 x 1.8 m2 / 50 mg/mL / 46 h, to the pump step of 0.1');
const bagMl = derived(90, '1.9 mL/h x 46 h and 2.6 mL of overfill');

/** Fluorouracil over 46 hours: a rate that is wrong is poison, and the pump comes off when the bag is empty. */
export const fluorouracil: Therapy = {
  id: 'fluorouracil',
  title: '5-FU over 46 h (J9190)',
  model: 'ambulatory-cassette',
  bagMl: bagMl.value,
  program: steady('J9190', rateMlH.value, rateMlH.value * hours.value, 'stop'),
  figures: { doseMgM2, surfaceM2, concentrationMgMl, hours, rateMlH, bagMl },
};
