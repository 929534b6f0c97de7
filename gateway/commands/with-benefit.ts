import type { BenefitDesk } from '#benefit/desk/benefit-desk.ts';
import { servicesOf } from '#benefit/service-records.ts';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import type { Config } from '../config/schema.ts';
import { keysDirOf } from '../keys.ts';
import { openBenefit } from '../open-benefit.ts';

/** The benefit of the data folder; works beside a running gateway. */
export async function withBenefit<R>(config: Config, use: (desk: BenefitDesk) => R | Promise<R>): Promise<R> {
  const files = prepareDataDir(config.dataDir);
  const state = new SqliteStateStore(files.state);
  const benefit = openBenefit({ benefit: files.benefit, keys: keysDirOf(config) }, new SystemClock(), {
    alertServices: async (patient) => servicesOf(state, patient),
  });
  try {
    return await use(benefit.desk);
  } finally {
    benefit.close();
    state.close();
  }
}
