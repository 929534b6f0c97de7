import { expect, it } from 'vitest';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { monoBetween } from '#kernel/time.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { readingsMessage } from '#support/hub-messages.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

const clock = new SystemClock();
const READINGS = 1_000_000;
const PUMPS = 200;
const PER_MESSAGE = 10;
const EVERY_MS = 10_000;
/** Design contract §6. */
const READY_MS = 5_000;

/** A day of a fleet, the last readings of just now. */
function writeJournal(path: string): void {
  const journal = new SqliteJournalWriter(path);
  const rounds = READINGS / PUMPS / PER_MESSAGE;
  const began = clock.wall() - rounds * PER_MESSAGE * EVERY_MS;
  for (let round = 0; round < rounds; round += 1) {
    const first = round * PER_MESSAGE;
    const receivedAt = began + (first + PER_MESSAGE) * EVERY_MS;
    const batch = Array.from({ length: PUMPS }, (_, pump) => {
      const readings = Array.from({ length: PER_MESSAGE }, (_, i) => ({
        seq: first + i,
        at: began + (first + i) * EVERY_MS,
        state: 'infusing',
        rate_ml_h: 9,
        pressure_mmhg: 40,
        alarms: (round + pump) % 100 === 0 ? ['near-end'] : [],
      }));
      return readingsMessage(`hub-${pump}`, `pump-${pump}`, `boot-${pump}`, readings, receivedAt);
    });
    journal.append(batch);
  }
  journal.close();
}

function alertsReadUpTo(path: string): number {
  const reader = new SqliteJournalReader(path);
  try {
    return reader.cursors()['alerts'] ?? 0;
  } finally {
    reader.close();
  }
}

it('is ready within five seconds on a journal of a million readings', { timeout: 300_000 }, async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const journal = dir.file('journal.db');
  writeJournal(journal);

  // The alerts have nothing to go by yet and read all of it: the doors do not wait for them.
  const gateway = await GatewayProcess.start(dir.path);
  cleanup.defer(() => gateway.kill());
  expect(alertsReadUpTo(journal)).toBeLessThan(READINGS);
  await until('the alerts to catch up', () => alertsReadUpTo(journal) === READINGS, 180_000);

  // Other work on the machine can only make it later: the best of a few is what it takes.
  const times: number[] = [];
  for (const end of ['kill', 'kill', 'stop'] as const) {
    await gateway[end]();
    const began = clock.monotonic();
    await gateway.start();
    times.push(Math.round(monoBetween(began, clock.monotonic())));
  }
  expect(Math.min(...times), `ready after ${times.join(', ')} ms`).toBeLessThan(READY_MS);
});
