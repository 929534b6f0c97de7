import { chosen, derived, found } from '../figures.ts';
import type { Therapy } from './therapy.ts';

const LABEL = 'Gammagard label';
const sites = chosen(4);
const firstMlHSite = found(20, `${LABEL}: 20 mL/h a site at first`);
const thenMlHSite = found(30, `${LABEL}: then 20-30 mL/h a site; the highest is taken`);
const siteMl = found(30, `${LABEL}: 30 mL a site`);
const firstMin = chosen(10, 'chosen for the simulation: time at the first rate');
const bagMl = derived(120, '30 mL x 4 sites');

const slow = { rateMlH: firstMlHSite.value * sites.value, durationS: firstMin.value * 60, state: 'infusing' } as const;
const slowMl = (slow.rateMlH * slow.durationS) / 3_600;
const fastMlH = thenMlHSite.value * sites.value;

/** Immunoglobulin under the skin, once a week, into several sites at once. */
export const scig: Therapy = {
  id: 'scig',
  title: 'SCIg, weekly, four sites (J1569)',
  model: 'immunoglobulin',
  // What is left in the bag when the last millilitre is in: the line stays full.
  bagMl: bagMl.value + 5,
  program: {
    drug: 'J1569',
    phases: [slow, { rateMlH: fastMlH, durationS: ((bagMl.value - slowMl) / fastMlH) * 3_600, state: 'infusing' }],
    repeats: false,
    atEnd: 'stop',
  },
  figures: { sites, firstMlHSite, thenMlHSite, siteMl, firstMin, bagMl },
};
