import { join } from 'node:path';
import type { BackedUpFile } from '#backup/manifest.ts';
import { dataFiles } from '#journal/data-dir.ts';
import { newestSchemas, schemaOf } from '#journal/snapshot.ts';
import { GatewayError } from '#kernel/errors.ts';

/**
 * A database in a form that this gateway does not know would be misread, and one of a name that it does not know forgotten.
 * @throws GatewayError `backup-too-new`
 */
export function refuseNewerSchemas(folder: string, files: readonly Pick<BackedUpFile, 'name'>[]): void {
  const newest = newestByFile();
  for (const { name } of files) {
    if (!name.endsWith('.db')) continue;
    const known = newest.get(name);
    if (known === undefined) throw new GatewayError('backup-too-new', `This gateway keeps no ${name}.`);
    const schema = schemaOf(join(folder, name));
    if (schema > known) throw new GatewayError('backup-too-new', `${name} is at version ${schema}, known is ${known}.`);
  }
}

function newestByFile(): ReadonlyMap<string, number> {
  const names = new Map(Object.entries(dataFiles('')));
  return new Map(Object.entries(newestSchemas).map(([kind, version]) => [names.get(kind) ?? kind, version]));
}
