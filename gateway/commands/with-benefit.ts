import { existsSync } from 'node:fs';
import type { BenefitDesk } from '#benefit/desk/benefit-desk.ts';
import { servicesOf } from '#benefit/service-records.ts';
import { prepareDataDir } from '#journal/data-dir.ts';
import { MemoryJournal } from '#journal/memory-journal.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { careRecordsOf } from '../benefit-registry.ts';
import type { Config } from '../config/schema.ts';
import { keysDirOf } from '../keys.ts';
import { openAudit } from '../open-audit.ts';
import { openBenefit } from '../open-benefit.ts';
import { type ChainProof, proveChains } from '../prove-chains.ts';
import { openRegistry } from '../registry-room.ts';

/** The benefit of the data folder; works beside a running gateway. */
export async function withBenefit<R>(config: Config, use: (desk: BenefitDesk) => R | Promise<R>): Promise<R> {
  const files = prepareDataDir(config.dataDir);
  const state = new SqliteStateStore(files.state);
  const clock = new SystemClock();
  const registry = openRegistry(files.registry, config, clock);
  const journal = openJournal(files.journal);
  const benefit = openBenefit({ benefit: files.benefit, keys: keysDirOf(config), settings: config.benefit }, clock, {
    alertServices: async (patient) => servicesOf(state, patient),
    // The schedule is the running gateway's to tell.
    unreachable: () => null,
    care: careRecordsOf(registry.registry),
    readings: journal ?? new MemoryJournal(),
  });
  try {
    return await use(benefit.desk);
  } finally {
    benefit.close();
    registry.close();
    journal?.close();
    state.close();
  }
}

/** Proofs of every chain of the data folder, and what `also` makes of the benefit. */
export async function withProofs<R>(
  config: Config,
  also: (proofs: readonly ChainProof[], benefit: BenefitDesk) => R | Promise<R>,
): Promise<R> {
  return withBenefit(config, async (benefit) => {
    const files = prepareDataDir(config.dataDir);
    const { audit, close } = openAudit(files, keysDirOf(config), new SystemClock(), silentLogger);
    try {
      return await also(await proveChains({ benefit, audit }), benefit);
    } finally {
      close();
    }
  });
}

/** The journal of a data folder; null before the gateway first ran there. */
const openJournal = (path: string): SqliteJournalReader | null =>
  existsSync(path) ? new SqliteJournalReader(path) : null;
