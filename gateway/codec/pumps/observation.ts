import type { AlarmCode } from '#model/alarms.ts';
import type { ActiveAlarm, PumpReading } from '#model/reading.ts';
import type { FrameDecoder } from './frame-event.ts';
import type { PumpQuery } from './query.ts';

/** A reading before a hub has numbered and dated it. What the protocol cannot tell is absent. */
export type PumpObservation = Omit<PumpReading, 'seq' | 'atMs'>;

/** What a pump says of itself besides its readings. */
export interface PumpIdentity {
  readonly model?: string;
  readonly serial?: string;
}

/**
 * Third stage, one for each pump on a line: which question comes next, and what the answers make. Pure: who owns the line
 * sends, waits and gives up.
 */
export interface PumpDialogue<F> {
  /** What to ask next in this round; undefined when the round is complete. */
  next(): PumpQuery | undefined;
  /** Takes a frame. `answer`: it answers the last question. `news`: told unasked. `other`: not for us. */
  take(frame: F): 'answer' | 'news' | 'other';
  /** The last question got no whole answer. */
  unanswered(): void;
  /** Begins a new round, whatever was missing in the last. */
  begin(): void;
  /** What the round told; undefined while the state of the pump is not known from it. */
  observation(): PumpObservation | undefined;
  readonly identity: PumpIdentity;
}

export interface PumpProtocol<F> {
  readonly title: string;
  readonly baud: number;
  /** How long a pump may take to answer. */
  readonly answerWithinMs: number;
  /** Bytes of one frame come no further apart. */
  readonly pauseWithinMs: number;
  /** Between two rounds when nothing is the matter. */
  readonly pollEveryMs: number;
  readonly decoder: () => FrameDecoder<F>;
  /** `address`: of protocols that have one. */
  readonly dialogue: (address: number) => PumpDialogue<F>;
}

export const known = (code: AlarmCode): ActiveAlarm => ({ code });

/** An alarm that our table has no code for: never dropped, and high until somebody says otherwise. */
export const vendor = (name: string): ActiveAlarm => ({ code: 'unknown', vendorCode: `x-${name}` });
