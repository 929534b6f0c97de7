import { chosen, found, recalled } from '../figures.ts';
import type { Phase } from '../program.ts';
import type { Therapy } from './therapy.ts';

const plateauMlH = recalled(125, 'cyclic TPN at 80-350 mL/h; 125 is chosen for the simulation');
const nightH = found(12, 'barnardhealth: 12 h with taper');
const rampH = recalled(1, 'ramps of 1-2 h at each end');
const rampSteps = chosen(6, 'chosen for the simulation: a step every ten minutes');
const bagMl = chosen(1_500, 'chosen for the simulation: the night plus overfill');

/** The middle of each step, so that the ramp as a whole gives half of what the plateau would. */
const ramp: readonly Phase[] = Array.from({ length: rampSteps.value }, (_, i) => ({
  rateMlH: Math.round((plateauMlH.value * 10 * (i + 0.5)) / rampSteps.value) / 10,
  durationS: (rampH.value * 3_600) / rampSteps.value,
  state: 'infusing',
}));

/** Cyclic parenteral nutrition overnight, with a taper so that the glucose does not fall. */
export const tpn: Therapy = {
  id: 'tpn',
  title: 'Cyclic TPN, 12 h overnight with taper',
  model: 'infusomat-space',
  bagMl: bagMl.value,
  program: {
    drug: 'TPN',
    phases: [
      ...ramp,
      {
        rateMlH: plateauMlH.value,
        durationS: (nightH.value - 2 * rampH.value) * 3_600,
        state: 'infusing',
      },
      ...ramp.toReversed(),
    ],
    repeats: false,
    atEnd: 'stop',
  },
  figures: { plateauMlH, nightH, rampH, rampSteps, bagMl },
};
