import { antibiotic } from './antibiotic.ts';
import { fluorouracil } from './fluorouracil.ts';
import { milrinone } from './milrinone.ts';
import { scig } from './scig.ts';
import type { Therapy } from './therapy.ts';
import { tpn } from './tpn.ts';
import { treprostinil } from './treprostinil.ts';

/** Every therapy of the simulator. A new one is one file and one row here. */
export const therapies: readonly Therapy[] = [milrinone, antibiotic, tpn, treprostinil, scig, fluorouracil];

/** @throws Error that lists the known therapies when there is none of that name. */
export function therapy(id: string): Therapy {
  const known = therapies.find((each) => each.id === id);
  if (known) return known;
  throw new Error(`There is no therapy '${id}'. Known: ${therapies.map((each) => each.id).join(', ')}.`);
}
