import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteJournalWriter } from '#journal/sqlite-journal-writer.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Plain } from '#kernel/state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { outboxStream, type Page } from '#model/paging.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { readingsMessage } from '#support/hub-messages.ts';
import { putNurseOnCall } from '#support/nurse-on-call.ts';
import { ProviderServer } from '#support/provider-server.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { type Bench, milliseconds, type Row, whole } from './bench.ts';

const PUMPS = 10_000;
const READINGS_EACH = 60;
const EVERY_MS = 10_000;
const ALARMS = 100;
const LIMIT_MS = 180_000;
const ROUNDS = 3;

const clock = new SystemClock();

export const restore: Bench = {
  name: 'restore',
  how:
    `A gateway that watches ${whole(PUMPS)} pumps on ${whole(PUMPS / 2)} hubs, each with ${READINGS_EACH} readings and its pressure, ` +
    `${ALARMS} of them in a high alarm, is killed (SIGKILL), stays away until the second call of each alarm is overdue, and is ` +
    'started again. Counted from the start of the process, the loading of the program included; beside it the same program on ' +
    'an empty folder.',
  run: runRestore,
};

async function runRestore(): Promise<readonly Row[]> {
  const rows: Row[] = [['', 'ready', 'state of all pumps there', 'first overdue page out', 'all of them out']];
  for (let round = 1; round <= ROUNDS; round += 1) {
    rows.push([`round ${round}, empty folder`, milliseconds(await emptyStart()), '', '', '']);
    const { readyMs, restoredMs, firstMs, lastMs } = await restart();
    rows.push([`round ${round}, ${whole(PUMPS)} pumps`, ...[readyMs, restoredMs, firstMs, lastMs].map(milliseconds)]);
  }
  return rows;
}

async function emptyStart(): Promise<number> {
  using dir = new TempDir();
  const gateway = await GatewayProcess.start(dir.path);
  await gateway.kill();
  const began = clock.monotonic();
  await gateway.start();
  const readyMs = clock.monotonic() - began;
  await gateway.kill();
  return readyMs;
}

interface Restart {
  readonly readyMs: number;
  readonly restoredMs: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

async function restart(): Promise<Restart> {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  const provider = await ProviderServer.start();
  cleanup.defer(() => provider.stop());
  const takenAt: number[] = [];
  provider.onTake = () => takenAt.push(clock.monotonic());
  putNurseOnCall(dir.file('on-call.db'), 'Ana', `${provider.url}/ana`, clock);
  writeJournal(dir.file('journal.db'));
  const gateway = await GatewayProcess.start(dir.path, { INFUSION_NOTIFY_ALLOW_HOSTS: '127.0.0.1' });
  cleanup.defer(() => gateway.kill());
  const token = await gateway.token();
  await until('the alerts to have read the journal', () => alertsReadUpTo(dir) === PUMPS * READINGS_EACH, LIMIT_MS);
  await until('the first call of each alarm', () => takenAt.length >= ALARMS, LIMIT_MS);
  await gateway.kill();

  const due = nextDue(dir.file('state.db'));
  await clock.sleep(millis(Math.max(0, due + 2_000 - clock.wall())));
  takenAt.length = 0;
  const began = clock.monotonic();
  const ready = gateway.start().then(() => clock.monotonic() - began);
  const restored = ready.then(async () => {
    await until('the state of all pumps', async () => {
      const { pumps } = await gateway.api<{ pumps: unknown[] }>(token, '/pumps');
      return pumps.length === PUMPS;
    });
    return clock.monotonic() - began;
  });
  const [readyMs, restoredMs] = await Promise.all([ready, restored]);
  await until('the overdue calls', () => takenAt.length >= ALARMS, LIMIT_MS);
  const out = takenAt.map((at) => at - began);
  return { readyMs, restoredMs, firstMs: out[0] ?? Number.NaN, lastMs: out[ALARMS - 1] ?? Number.NaN };
}

/** When the newest of the first calls is followed by the second, Unix ms. */
function nextDue(statePath: string): number {
  const state = new SqliteStateStore(statePath);
  const pages = state.read<Plain<Page>>(outboxStream, 0, state.last(outboxStream));
  state.close();
  return Math.max(...pages.map(({ value }) => value.nextAt ?? 0));
}

function alertsReadUpTo(dir: TempDir): number {
  const reader = new SqliteJournalReader(dir.file('journal.db'));
  const read = reader.cursors()['alerts'] ?? 0;
  reader.close();
  return read;
}

/** The last minutes of a fleet. */
function writeJournal(path: string): void {
  const journal = new SqliteJournalWriter(path);
  const began = clock.wall() - READINGS_EACH * EVERY_MS;
  const hubs = 100;
  for (let first = 0; first < PUMPS; first += hubs) {
    const batch = Array.from({ length: hubs }, (_, i) => {
      const pump = first + i;
      const readings = Array.from({ length: READINGS_EACH }, (_reading, seq) => ({
        seq,
        at: began + seq * EVERY_MS,
        state: 'infusing',
        drug: 'J0690',
        rate_ml_h: 9,
        programmed_rate_ml_h: 9,
        infused_ml: Number((seq * 0.025).toFixed(3)),
        pressure_mmhg: 40 + ((seq * 7 + pump) % 5),
        pressure_limit_mmhg: 500,
        alarms: pump < ALARMS && seq === READINGS_EACH - 1 ? ['free-flow'] : [],
      }));
      return readingsMessage(`hub-${pump >> 1}`, `pump-${pump}`, `boot-${pump >> 1}`, readings, clock.wall());
    });
    journal.append(batch);
  }
  journal.close();
}
