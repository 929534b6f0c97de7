import { isNewer, type ReadingKey } from '#model/reading-order.ts';
import { type AlarmSetKey, alarmCodesOf } from './alarm-set.ts';

/** Consecutive readings of one boot with the same alarm set. `firstAt`, `lastAt` are the hub's clock. JSON. */
export type Run = {
  readonly boot: string;
  readonly from: number;
  readonly to: number;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly alarms: AlarmSetKey;
  readonly drug: string | null;
  /** Journal offset of the reading that came first. */
  readonly offset: number;
};

/** Puts a reading into its place among `runs` (sorted within each boot). A reading that is already inside changes nothing. */
export function addToRuns(runs: Run[], run: Run): void {
  const last = runs.at(-1);
  if (last !== undefined && last.boot === run.boot && last.to < run.from && last.alarms === run.alarms) {
    runs[runs.length - 1] = { ...last, to: run.to, lastAt: run.lastAt };
    return;
  }
  const at = placeOf(runs, run);
  const before = runs[at - 1];
  if (before === undefined || before.boot !== run.boot || before.to < run.from) {
    insert(runs, at, run);
    return;
  }
  if (before.alarms === run.alarms) return;
  const head = { ...before, to: run.from - 1, lastAt: run.firstAt };
  const tail = { ...before, from: run.to + 1, firstAt: run.lastAt };
  const parts = [head, run, tail].filter((part) => part.from <= part.to);
  runs.splice(at - 1, 1, ...parts);
}

/** Behind the last run of the same boot that begins no later, or before its first one, or at the end. */
function placeOf(runs: readonly Run[], run: Run): number {
  let place = runs.length;
  for (let i = runs.length - 1; i >= 0; i -= 1) {
    const other = runs[i];
    if (other === undefined || other.boot !== run.boot) continue;
    if (other.from <= run.from) return i + 1;
    place = i;
  }
  return place;
}

/** Joins with an equal neighbour where that is possible. */
function insert(runs: Run[], at: number, run: Run): void {
  const before = runs[at - 1];
  const after = runs[at];
  const joinsAfter = after !== undefined && after.boot === run.boot && after.alarms === run.alarms;
  const joinsBefore = before !== undefined && before.boot === run.boot && before.alarms === run.alarms;
  if (joinsBefore) {
    const upTo = joinsAfter ? after : run;
    runs.splice(at - 1, joinsAfter ? 2 : 1, { ...before, to: upTo.to, lastAt: upTo.lastAt });
  } else if (joinsAfter) {
    runs[at] = { ...after, from: run.from, firstAt: run.firstAt, drug: run.drug, offset: run.offset };
  } else {
    runs.splice(at, 0, run);
  }
}

/** The runs in the order in which they were measured: boots by their first instant, the running boot last. */
export function inOrder(runs: readonly Run[], runningBoot: string | null): Run[] {
  const firstOf = new Map<string, number>();
  for (const run of runs) {
    const known = firstOf.get(run.boot);
    if (known === undefined || run.firstAt < known) firstOf.set(run.boot, run.firstAt);
  }
  const rank = (run: Run) => (run.boot === runningBoot ? Number.POSITIVE_INFINITY : (firstOf.get(run.boot) ?? 0));
  return [...runs].sort((a, b) => {
    if (a.boot === b.boot) return a.from - b.from;
    const [x, y] = [rank(a), rank(b)];
    return x === y ? (a.boot < b.boot ? -1 : 1) : x - y;
  });
}

/** The part of a run that is newer than `key`, and the part that is not. */
export function splitAt(run: Run, key: ReadingKey | null, at: number, runningBoot: string | null): (Run | null)[] {
  if (key === null) return [null, run];
  if (run.boot !== key.boot) {
    return isNewer({ boot: run.boot, seq: run.from, at }, key, runningBoot) ? [null, run] : [run, null];
  }
  if (run.from > key.seq) return [null, run];
  if (run.to <= key.seq) return [run, null];
  return [
    { ...run, to: key.seq },
    { ...run, from: key.seq + 1 },
  ];
}

/** One stay of one alarm in a row of runs. Hub's clock. `ended` is false when it was still there in the last run. */
export interface Episode {
  readonly code: string;
  readonly firstAt: number;
  readonly lastAt: number;
  readonly ended: boolean;
  readonly drug: string | null;
  readonly offset: number;
}

/** Every stay of every alarm in runs that are in order, by onset. */
export function episodesOf(runs: readonly Run[]): Episode[] {
  const going = new Map<string, Episode>();
  const done: Episode[] = [];
  for (const run of runs) {
    const codes = new Set(alarmCodesOf(run.alarms));
    for (const [code, episode] of going) {
      if (codes.has(code)) continue;
      going.delete(code);
      done.push({ ...episode, lastAt: run.firstAt, ended: true });
    }
    for (const code of codes) {
      const known = going.get(code);
      const { firstAt, lastAt, drug, offset } = run;
      going.set(code, known ? { ...known, lastAt } : { code, firstAt, lastAt, ended: false, drug, offset });
    }
  }
  return [...done, ...going.values()].sort((a, b) => a.firstAt - b.firstAt || (a.code < b.code ? -1 : 1));
}
