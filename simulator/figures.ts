/**
 * Where a number comes from. `found`: read in the named source. `recalled`: general knowledge, not read again.
 * `derived`: computed from found numbers, as the source says. `chosen`: picked for the simulation, no claim about a product.
 */
export type FigureMark = 'found' | 'recalled' | 'derived' | 'chosen';

/** A number that carries its origin, so that nobody mistakes a simulator's choice for a published value. */
export interface Figure {
  readonly value: number;
  readonly mark: FigureMark;
  readonly source: string;
}

export const found = (value: number, source: string): Figure => ({ value, mark: 'found', source });
export const recalled = (value: number, source: string): Figure => ({ value, mark: 'recalled', source });
export const derived = (value: number, source: string): Figure => ({ value, mark: 'derived', source });
export const chosen = (value: number, source = 'chosen for the simulation'): Figure => ({
  value,
  mark: 'chosen',
  source,
});
