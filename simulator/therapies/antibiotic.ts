import { chosen, found, recalled } from '../figures.ts';
import type { Therapy } from './therapy.ts';

const doseMl = recalled(100, 'intermittent doses of 50-250 mL; 100 is chosen for the simulation');
const doseS = recalled(3_600, 'over 30-60 min; an hour is chosen for the simulation');
const everyS = recalled(8 * 3_600, 'every 6-8 h; 8 is chosen for the simulation');
const kvoMlH = found(3, 'B. Braun Infusomat Space IFU 586U: 3 mL/h if the rate is 10 or more');
const bagMl = chosen(500, 'chosen for the simulation: four doses and what keeps the vein open');

/** An intravenous antibiotic given in doses, the vein kept open between them. */
export const antibiotic: Therapy = {
  id: 'antibiotic',
  title: 'Intermittent IV antibiotic, three doses a day',
  model: 'infusomat-space',
  bagMl: bagMl.value,
  program: {
    drug: 'ANTIBIOTIC-INTERMITTENT',
    phases: [
      { rateMlH: (doseMl.value * 3_600) / doseS.value, durationS: doseS.value, state: 'infusing' },
      { rateMlH: kvoMlH.value, durationS: everyS.value - doseS.value, state: 'kvo' },
    ],
    repeats: true,
    atEnd: 'kvo',
  },
  figures: { doseMl, doseS, everyS, kvoMlH, bagMl },
};
