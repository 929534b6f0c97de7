import { join } from 'node:path';
import type { Config } from './config/schema.ts';

/** Where the secret keys lie. */
export const keysDirOf = (config: Pick<Config, 'dataDir' | 'keysDir'>): string =>
  config.keysDir ?? join(config.dataDir, 'keys');
