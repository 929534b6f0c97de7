import { type Random, seededRandom } from '#kernel/random.ts';

/**
 * A generator of its own for each named purpose, all from one seed. Drawing for one pump's noise then never shifts the
 * numbers of another, so a fleet that grows keeps the histories of the pumps it had. Mix: FNV-1a, 32 bits.
 */
export function randomFor(seed: number, ...names: readonly string[]): Random {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (const char of names.join('\u0000')) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return seededRandom(hash);
}

/** A number from the normal distribution with mean 0 and spread 1 (Box-Muller). Takes two draws. */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Time to the next of events that come by chance, `mean` apart on average. */
export const waitingTime = (random: Random, mean: number): number => -mean * Math.log(1 - random());

/** An id of the shape of a UUID (version 4) from a seeded generator, for runs that must repeat byte for byte. */
export function seededUuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = (8 + Math.floor(random() * 4)).toString(16);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
