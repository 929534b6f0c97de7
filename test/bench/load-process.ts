import type { ReadingRange } from '#simulator/load.ts';
import { Child } from './child.ts';

/** A load that a process of its own puts on a broker. */
export interface LoadTask {
  readonly port: number;
  readonly hubs: number;
  readonly readingsPerMessage: number;
  /** Messages on their way on each connection. */
  readonly window: number;
  /** Absent: as fast as the windows let. */
  readonly messagesPerSecond?: number;
  /** Time before the figures count, after the first PUBACK of the last hub to get one. */
  readonly warmMs: number;
  readonly measureMs: number;
}

export interface LoadFigures {
  /** PUBACKs in the measured time, a second. */
  readonly messagesPerSecond: number;
  readonly readingsPerSecond: number;
  /** From writing the PUBLISH to reading its PUBACK. With a rate, from when it was sent. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** Over the whole run, warm-up and end included. */
  readonly sentMessages: number;
  readonly acknowledgedMessages: number;
  /** With a rate: messages it lay behind at worst, because windows were full. */
  readonly worstBehind: number;
  /** Every reading that was acknowledged, also outside the measured time. */
  readonly acknowledged: readonly ReadingRange[];
}

/** Starts the load; `figures` come when it is over. */
export function startLoad(task: LoadTask): { readonly figures: Promise<LoadFigures>; end(): Promise<void> } {
  const child = new Child('./load-child.ts', JSON.stringify(task));
  return { figures: child.answer<LoadFigures>(), end: () => child.end() };
}

export async function load(task: LoadTask): Promise<LoadFigures> {
  const running = startLoad(task);
  const figures = await running.figures;
  await running.end();
  return figures;
}
