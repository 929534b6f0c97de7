import { payable, visit } from '../builders.ts';
import { claimCase as c } from '../claim-case.ts';

const day = '2024-03-04';
const lasting = (clock: string) => payable(day, { visits: [visit(`${day} 08:00`, `${day} ${clock}`)] });

/** Minutes of a visit as hh:mm from 08:00, and the units of the table. */
const table: readonly (readonly [until: string, units: number])[] = [
  ['08:01', 1],
  ['08:05', 1],
  ['08:15', 1],
  ['08:22', 1],
  ['08:22:59', 1],
  ['08:23', 2],
  ['08:37', 2],
  ['08:38', 3],
  ['08:52', 3],
  ['08:53', 4],
  ['09:07', 4],
  ['09:08', 5],
  ['09:22', 5],
  ['09:23', 6],
  ['09:37', 6],
  ['09:38', 7],
  ['09:52', 7],
  ['09:53', 8],
  ['10:07', 8],
  ['10:08', 9],
  ['10:22', 9],
  ['10:23', 10],
  ['10:37', 10],
  ['10:38', 11],
  ['10:52', 11],
  ['10:53', 12],
  ['12:00', 16],
  ['16:00', 32],
];

/** Visit length in 15-minute units. */
export const units = table.map(([until, count]) =>
  c(
    'hit-benefit §6: rounding table of MM11880',
    `from 08:00 to ${until}`,
    lasting(until),
    `PAYABLE_VISIT G0088 ${count}u -`,
  ),
);
