import type { Figure } from '../figures.ts';
import type { Program } from '../program.ts';

/** A home therapy as data: what runs, on which kind of pump, and where its numbers come from. */
export interface Therapy {
  readonly id: string;
  readonly title: string;
  /** Pump model it runs on unless told otherwise. */
  readonly model: string;
  /** Volume of the bag, cassette or syringe that is hung, mL. */
  readonly bagMl: number;
  readonly program: Program;
  /** The figures the program was built from. */
  readonly figures: Readonly<Record<string, Figure>>;
}
