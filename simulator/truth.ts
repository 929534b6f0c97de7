import type { StoryEvent } from './story.ts';

/**
 * One line of the ground truth: what really happened, which the readings only show through sensors, a hub's clock and a
 * network. `at` is the true time, Unix ms; pressure and volume are the line's own, not the sensor's.
 */
export type TruthLine =
  | (TruthAt & { readonly cause: 'story'; readonly story: StoryEvent })
  | (TruthAt & {
      readonly cause: 'pump';
      readonly pump: string;
      readonly event: string;
      readonly code?: string;
      readonly pressure_mmhg: number;
      readonly patient_ml: number;
    })
  | (TruthAt & {
      /** What the network did to a message; sequence numbers, both included. */
      readonly cause: 'network';
      readonly event: string;
      readonly pump: string;
      readonly boot: string;
      readonly from: number;
      readonly to: number;
    })
  | (TruthAt & {
      readonly cause: 'end';
      readonly pump: string;
      readonly boot: string;
      /** How many readings were made in the last boot: numbers 0 to one less. */
      readonly readings: number;
      readonly patient_ml: number;
    });

interface TruthAt {
  readonly at: number;
  readonly hub: string;
}

export type TruthSink = (line: TruthLine) => void;

/** The JSON line of the log. */
export const truthText = (line: TruthLine): string => `${JSON.stringify(line)}\n`;
