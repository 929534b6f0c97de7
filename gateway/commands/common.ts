import type { Command } from 'commander';
import { prepareDataDir } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { Access } from '#registry/access.ts';
import { requireConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';

/** The configuration that the command line and the environment name. @throws GatewayError `config-invalid` */
export function configOf(command: Command): Config {
  const { config }: { config?: string } = command.optsWithGlobals();
  return requireConfig(config, process.env);
}

/** The access records of the data folder; works beside a running gateway. */
export async function withAccess<R>(config: Config, use: (access: Access) => R | Promise<R>): Promise<R> {
  const store = new SqliteStateStore(prepareDataDir(config.dataDir).access);
  try {
    return await use(new Access(store, new SystemClock()));
  } finally {
    store.close();
  }
}

/** Writes to standard output and waits until it is taken, so that a pipe never fills memory. */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()));
  });
}
