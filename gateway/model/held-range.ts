/** Readings of a pump measured in [fromMs, toMs) that have to be kept. Unix ms. */
export interface HeldRange {
  readonly pump: string;
  readonly fromMs: number;
  readonly toMs: number;
}
