import { readdirSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { Manifest } from '#backup/manifest.ts';
import type { ChainProof } from '#gateway/prove-chains.ts';
import { dataFiles } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { seededRandom } from '#kernel/random.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { seconds } from '#kernel/time.ts';
import { type LoadOptions, runLoad } from '#simulator/load.ts';
import { expectEachOnsetOnce } from '#support/alert-log-check.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { JournalLedger } from '#support/journal-ledger.ts';
import { PromisedReadings } from '#support/promised-readings.ts';
import { TempDir } from '#support/temp-dir.ts';
import { madeKey } from './made-backup.ts';

const clock = new SystemClock();
const CODE = 'occlusion-downstream';

const load = (port: number, more: Partial<LoadOptions>): LoadOptions => ({
  host: '127.0.0.1',
  port,
  clock,
  random: seededRandom(8),
  connections: 6,
  pumpsPerConnection: 2,
  readingsPerMessage: 3,
  window: 8,
  messagesPerSecond: 150,
  drain: seconds(60),
  alarms: { every: 17, code: CODE },
  ...more,
});

const facts = [{ patient: 'patient-1', kind: 'prior-line', id: 'line-1', date: '2026-02-01', code: 'G0088' }];
const registry = {
  agencies: [{ id: 'home', name: 'Example', zone: 'America/New_York', from: '2026-01-01', to: null }],
  patients: [{ id: 'patient-1', agency: 'home', zone: 'America/New_York', from: '2026-01-01', to: null }],
};

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** How far the watch and the roll-ups of a folder say they are. */
function cursorsOf(folder: string): readonly number[] {
  const store = new SqliteStateStore(dataFiles(folder).state);
  const cursor = store.get<{ offset: number }>('alert-cursor', 'journal');
  store.close();
  return [cursor?.offset ?? 0];
}

it('a backup made under load is restored, proved, started and replayed, and is what was there', {
  timeout: 120_000,
}, async () => {
  await using cleanup = new AsyncDisposableStack();
  const dir = cleanup.use(new TempDir());
  madeKey(dir.file('key'));
  const folder = dir.file('restored');
  const original = await GatewayProcess.start(dir.file('data'));
  cleanup.defer(() => original.kill());
  writeFileSync(dir.file('registry.json'), JSON.stringify(registry));
  writeFileSync(dir.file('facts.json'), JSON.stringify(facts));
  await original.command('registry', 'import', '--in', dir.file('registry.json'));
  await original.command('claims', 'import', '--in', dir.file('facts.json'));
  const token = await original.token();

  const early = new PromisedReadings();
  const all = new PromisedReadings();
  let isEarly = true;
  const over = new AbortController();
  const loading = runLoad(
    load(original.mqttPort, {
      onAcknowledged: (message) => {
        all.note(message);
        if (isEarly) early.note(message);
      },
    }),
    over.signal,
  );
  cleanup.defer(() => over.abort());
  const acknowledged = (count: number) => new Promise<void>((resolve) => all.atNext(count, resolve));
  await acknowledged(200);
  isEarly = false;
  const args = ['--out', dir.file('gateway.backup'), '--key-file', dir.file('key'), '--json'];
  const made: { manifest: Manifest; encrypted: boolean } = JSON.parse(
    (await original.command('backup', ...args)).stdout,
  );
  await acknowledged(100);
  over.abort();
  expect((await loading).unacknowledged).toEqual([]);
  expect(await original.stop()).toBe(0);
  const { lastOffset } = made.manifest.journal;
  expect(made.encrypted).toBe(true);
  expect(made.manifest.files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['journal.db', 'keys/chains.pem']),
  );

  const from = ['--in', dir.file('gateway.backup'), '--into', folder, '--key-file', dir.file('key'), '--json'];
  const told: { chains: ChainProof[] } = JSON.parse((await original.command('restore', ...from)).stdout);
  expect(told.chains.filter(({ broken }) => broken !== null)).toEqual([]);
  expect(told.chains.find(({ chain }) => chain === 'benefit-facts')?.entries).toBe(1);
  expect(readdirSync(folder)).not.toContain('restoring');

  // As the folder was before anything ran on it.
  const ledger = new JournalLedger(dataFiles(folder).journal);
  expect(early.allBrokenIn(ledger), 'acknowledged before the backup, and lost').toEqual([]);
  expect(ledger.faults).toEqual([]);
  expect(ledger.offset).toBe(lastOffset);
  for (const offset of cursorsOf(folder)) expect(offset).toBeLessThanOrEqual(lastOffset);

  const restored = await GatewayProcess.start(folder);
  cleanup.defer(() => restored.kill());
  const verified: { chains: ChainProof[] } = JSON.parse(
    (await restored.command('verify', '--readings', '--json')).stdout,
  );
  const heads = (proofs: readonly ChainProof[]) =>
    proofs.filter(({ chain }) => chain !== 'audit').map(({ chain, head }) => [chain, head]);
  expect(heads(verified.chains)).toEqual(heads(told.chains));
  const trail = (proofs: readonly ChainProof[]) => proofs.find(({ chain }) => chain === 'audit')?.entries ?? 0;
  expect(trail(verified.chains), 'the restore is on record').toBe(trail(told.chains) + 1);
  await expectEachOnsetOnce(restored, token, ledger, early, CODE);

  const before = lines((await original.command('export')).stdout);
  const after = lines((await restored.command('export')).stdout);
  expect(after.length).toBe(ledger.readings);
  expect(before.length).toBeGreaterThan(after.length);
  expect(after).toEqual(before.slice(0, after.length));
  const ofReadings = (text: string) => lines(text).filter((line) => /^pump_(?:reading|alarm),/.test(line));
  const points = ofReadings((await restored.command('replay', '--into', 'stdout')).stdout);
  const known = new Set(ofReadings((await original.command('replay', '--into', 'stdout')).stdout));
  expect(points.filter((point) => point.startsWith('pump_reading'))).toHaveLength(ledger.readings);
  expect(points.filter((point) => !known.has(point))).toEqual([]);

  const further = await runLoad(load(restored.mqttPort, { messages: 60, prefix: 'later-' }));
  expect(further.unacknowledged).toEqual([]);
  expect(await restored.stop()).toBe(0);
});
