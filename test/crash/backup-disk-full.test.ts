import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { restoreInto } from '#backup/restore-into.ts';
import { SmallDisk } from '#support/small-disk.ts';
import { TempDir } from '#support/temp-dir.ts';
import { backUp, fillDataFolder, madeKey } from '../backup/made-backup.ts';

it('a disk that fills while a backup is made, or restored, has nothing of it afterwards', async () => {
  await using disk = await SmallDisk.inMemory(1);
  using dir = new TempDir();
  const key = madeKey(dir.file('key'));
  fillDataFolder(dir.file('data'), 6_000);
  await expect(backUp(dir.file('data'), join(disk.path, 'backup'), key)).rejects.toMatchObject({
    code: 'storage-refused',
  });
  expect(readdirSync(disk.path)).toEqual([]);
  expect(existsSync(dir.file('data/backing-up'))).toBe(false);

  await backUp(dir.file('data'), dir.file('backup'), key);
  expect(readFileSync(dir.file('backup')).length).toBeGreaterThan(1024 ** 2);
  const plan = {
    backup: dir.file('backup'),
    key,
    keysFolder: join(disk.path, 'keys'),
    restoring: 'restoring',
    prove: async () => {},
  };
  for (const folder of [disk.path, join(disk.path, 'new')]) {
    await expect(restoreInto({ ...plan, folder })).rejects.toMatchObject({ code: 'storage-refused' });
    expect(readdirSync(disk.path)).toEqual([]);
  }
});
