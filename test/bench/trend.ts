import type { Inbound } from '#codec/inbound.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { EmbeddedStore } from '#series/embedded.ts';
import { TempDir } from '#support/temp-dir.ts';
import { type Bench, median, milliseconds, type Row, whole } from './bench.ts';
import { sampleMessage } from './sample-readings.ts';

const PUMPS = 50;
const DAY_MS = 86_400_000;
const STEP_MS = 10_000;
const PER_MESSAGE = 10;
const POINTS = 500;
const T0 = 1_772_323_200_000;

export const trend: Bench = {
  name: 'trend',
  how: `24 h of readings each 10 s of ${PUMPS} pumps in the embedded store; ${POINTS} points of one pump, median of 9 after the first.`,
  run: runTrend,
};

async function runTrend(): Promise<readonly Row[]> {
  using dir = new TempDir();
  const writer = new SqliteJournalWriter(dir.file('journal.db'));
  const perPump = DAY_MS / STEP_MS;
  for (let seq = 0; seq < perPump; seq += PER_MESSAGE) {
    const batch: Inbound[] = Array.from({ length: PUMPS }, (_, pump) =>
      sampleMessage(pump, seq, PER_MESSAGE, T0 + seq * STEP_MS, STEP_MS),
    );
    writer.append(batch);
  }
  const reader = new SqliteJournalReader(dir.file('journal.db'));
  const store = new EmbeddedStore(reader);
  const signal = new AbortController().signal;
  const took: number[] = [];
  for (let round = 0; round < 10; round += 1) {
    const began = performance.now();
    await store.trend({ pump: `pump-${round}`, from: T0, to: T0 + DAY_MS, points: POINTS }, signal);
    took.push(performance.now() - began);
  }
  reader.close();
  writer.close();
  const [first, ...rest] = took;
  return [
    ['readings in the journal', 'of the pump', 'first', 'then'],
    [whole(perPump * PUMPS), whole(perPump), milliseconds(first ?? 0), milliseconds(median(rest))],
  ];
}
