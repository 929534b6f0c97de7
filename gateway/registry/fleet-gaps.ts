import type { SequenceGap } from '#model/fleet.ts';

/** Which sequence numbers of a pump are missing. Changed in place. JSON. */
export type SequenceLedger = {
  /** The newest boots last. */
  boots: {
    boot: string;
    /** The highest number seen. */
    high: number;
    /** Missing numbers below it as runs, both ends included, lowest first. */
    missing: [number, number][];
  }[];
};

/** Gaps are kept for so many boots, and so many of them a boot: the oldest are let go. */
const mostBoots = 4;
const mostGaps = 100;

export const newSequenceLedger = (): SequenceLedger => ({ boots: [] });

/** Notes that a number arrived. Numbers count from 0, so what is below the first one seen is missing too. */
export function noteSequence(ledger: SequenceLedger, boot: string, seq: number): void {
  const known = ledger.boots.at(-1)?.boot === boot ? ledger.boots.at(-1) : ledger.boots.find((b) => b.boot === boot);
  const entry = known ?? { boot, high: -1, missing: [] };
  if (!known) {
    ledger.boots.push(entry);
    if (ledger.boots.length > mostBoots) ledger.boots.shift();
  }
  if (seq === entry.high + 1) entry.high = seq;
  else if (seq > entry.high) {
    entry.missing.push([entry.high + 1, seq - 1]);
    if (entry.missing.length > mostGaps) entry.missing.shift();
    entry.high = seq;
  } else fill(entry.missing, seq);
}

function fill(missing: [number, number][], seq: number): void {
  const at = missing.findLastIndex(([from, to]) => from <= seq && seq <= to);
  const gap = missing[at];
  if (!gap) return;
  const [from, to] = gap;
  const rest: [number, number][] = [
    [from, seq - 1],
    [seq + 1, to],
  ];
  missing.splice(at, 1, ...rest.filter(([first, last]) => first <= last));
}

/** The newest gaps, at most 100, newest last. */
export function gapsOf(ledger: SequenceLedger): SequenceGap[] {
  return ledger.boots
    .flatMap(({ boot, missing }) => missing.map(([from, to]) => ({ boot, from, to })))
    .slice(-mostGaps);
}
