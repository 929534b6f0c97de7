import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '#backup/whole-file.ts';

/** In the data folder: when its last backup was made, so that a running gateway can tell. */
const NAME = 'last-backup';

/** Notes that a backup is whole. `takenAt` is ISO 8601. */
export const noteBackup = (dataDir: string, takenAt: string): Promise<void> =>
  writeWhole(
    join(dataDir, NAME),
    (to) =>
      new Promise((resolve, reject) => {
        to.once('error', reject);
        to.once('close', resolve);
        to.end(`${takenAt}\n`);
      }),
  );

/** Unix seconds; 0 when no backup is known. */
export function lastBackupSeconds(dataDir: string): number {
  try {
    return Math.floor(Date.parse(readFileSync(join(dataDir, NAME), 'utf8').trim()) / 1_000) || 0;
  } catch {
    return 0;
  }
}
