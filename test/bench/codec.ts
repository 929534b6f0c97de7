import { AlertEngine } from '#alerts/engine.ts';
import { defaultAlertPolicy } from '#alerts/policy.ts';
import { decodeHubMessage } from '#codec/hub-message.ts';
import type { Inbound } from '#codec/inbound.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { ulidMaker } from '#kernel/ids.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { TempDir } from '#support/temp-dir.ts';
import { type Bench, median, type Row, whole } from './bench.ts';
import { sampleMessage } from './sample-readings.ts';

const ROUNDS = 7;
const PUMPS = 100;
const BATCH = 1_000;
const T0 = 1_772_323_200_000;

export const codec: Bench = {
  name: 'codec',
  how:
    `Parts by themselves in one thread, medians of ${ROUNDS} rounds. An append is one transaction with fsync of ${whole(BATCH)} ` +
    `readings of ${PUMPS} pumps, decoding included; reading and folding is what the alerts do with each of them.`,
  run: async () => [['part', 'readings/s', 'calls/s'], decoding(1), decoding(20), ...journalAndFold()],
};

function decoding(readings: number): Row {
  const { topic, payload, receivedAt } = sampleMessage(1, 0, readings, T0, 10);
  const calls = 40_000 / readings;
  const perSecond = rounds(calls, () => {
    for (let i = 0; i < calls; i += 1) decodeHubMessage(topic, payload, receivedAt);
  });
  return [`decode ${readings} a message`, whole(perSecond * readings), whole(perSecond)];
}

function journalAndFold(): Row[] {
  using dir = new TempDir();
  const writer = new SqliteJournalWriter(dir.file('journal.db'));
  let seq = 0;
  const append = (perMessage: number): Row => {
    const perSecond = timed(2 * ROUNDS, () => {
      const batch: Inbound[] = Array.from({ length: BATCH / perMessage }, (_, i) =>
        sampleMessage(i % PUMPS, seq + Math.floor(i / PUMPS) * perMessage, perMessage, T0 + seq * 1_000, 1_000),
      );
      seq += BATCH;
      return () => void writer.append(batch);
    });
    return [`append, ${perMessage} a message`, whole(perSecond * BATCH), whole(perSecond)];
  };
  const rows = [append(1), append(20)];
  const reader = new SqliteJournalReader(dir.file('journal.db'));
  const engine = new AlertEngine(defaultAlertPolicy, ulidMaker(new SystemClock()));
  let offset = 0;
  const perSecond = timed(2 * ROUNDS, () => () => {
    const entries = reader.readAfter(offset, BATCH);
    for (const entry of entries) engine.fold(entry);
    offset = entries.at(-1)?.offset ?? offset;
  });
  reader.close();
  writer.close();
  return [...rows, ['read and fold', whole(perSecond * BATCH), whole(perSecond)]];
}

/** Calls a second, the first round left out. */
function rounds(calls: number, round: () => void): number {
  return timed(ROUNDS + 1, () => round) * calls;
}

/** Median of runs a second; what `prepare` itself does is not counted, nor is the first run. */
function timed(times: number, prepare: () => () => void): number {
  const took: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const run = prepare();
    const began = performance.now();
    run();
    took.push(performance.now() - began);
  }
  return 1_000 / median(took.slice(1));
}
