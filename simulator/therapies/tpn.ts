import { chosen, found, recalled } from '../figures.ts';
import type { Therapy } from './therapy.ts';

const plateauMlH = recalled(125, 'cyclic TPN at 80-350 mL/h; 125 is chosen for the simulation');
const nightH = found(12, 'barnardhealth: 12 h with taper');
const rampH = recalled(1, 'ramps of 1-2 h at each end');
const rampShare = chosen(0.5, 'chosen for the simulation: half rate during the ramps');
const bagMl = chosen(1_500, 'chosen for the simulation: the night plus overfill');

const ramp = {
  rateMlH: plateauMlH.value * rampShare.value,
  durationS: rampH.value * 3_600,
  state: 'infusing',
} as const;

/** Cyclic parenteral nutrition overnight, with a taper so that the glucose does not fall. */
export const tpn: Therapy = {
  id: 'tpn',
  title: 'Cyclic TPN, 12 h overnight with taper',
  model: 'infusomat-space',
  bagMl: bagMl.value,
  program: {
    drug: 'TPN',
    phases: [
      ramp,
      {
        rateMlH: plateauMlH.value,
        durationS: (nightH.value - 2 * rampH.value) * 3_600,
        state: 'infusing',
      },
      ramp,
    ],
    repeats: false,
    atEnd: 'stop',
  },
  figures: { plateauMlH, nightH, rampH, rampShare, bagMl },
};
