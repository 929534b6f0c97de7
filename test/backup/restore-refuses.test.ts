import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBackup } from '#backup/read-backup.ts';
import { type RestorePlan, restoreInto } from '#backup/restore-into.ts';
import { dataFiles, prepareDataDir } from '#journal/data-dir.ts';
import { SqliteJournalReader } from '#journal/sqlite-journal-reader.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { TempDir } from '#support/temp-dir.ts';
import { backUp, fillDataFolder, madeKey, PUSH_SECRET } from './made-backup.ts';

const READINGS = 500;
let dir: TempDir;
let key: Buffer;
let sealed: Buffer;
let open: Buffer;
let count = 0;

beforeAll(async () => {
  dir = new TempDir();
  key = madeKey(dir.file('key'));
  fillDataFolder(dir.file('data'), READINGS);
  await backUp(dir.file('data'), dir.file('sealed'), key);
  await backUp(dir.file('data'), dir.file('open'), null);
  sealed = readFileSync(dir.file('sealed'));
  open = readFileSync(dir.file('open'));
});
afterAll(() => dir[Symbol.dispose]());

/** Restores bytes into a new folder, and tells the folder. */
async function restored(bytes: Buffer, with_: Buffer | null, more: Partial<RestorePlan> = {}): Promise<string> {
  count += 1;
  const backup = dir.file(`backup-${count}`);
  const folder = more.folder ?? dir.file(`folder-${count}`);
  writeFileSync(backup, bytes);
  await restoreInto({
    backup,
    key: with_,
    folder,
    keysFolder: join(folder, 'keys'),
    restoring: 'restoring',
    prove: async () => {},
    ...more,
  });
  return folder;
}

async function refusal(bytes: Buffer, with_: Buffer | null, code: string): Promise<void> {
  await expect(restored(bytes, with_)).rejects.toMatchObject({ code });
  expect(existsSync(dir.file(`folder-${count}`)), 'nothing is left').toBe(false);
}

/** An open backup with other entries than `backup` would write. */
async function archive(entries: readonly (readonly [name: string, text: string])[]): Promise<Buffer> {
  const tar = pack();
  for (const [name, text] of entries) tar.entry({ name }, text);
  tar.finalize();
  return zstdCompressSync(await buffer(tar));
}

describe('a backup that is whole', () => {
  it('is restored, with its keys if it is encrypted', async () => {
    for (const [bytes, with_] of [
      [sealed, key],
      [open, null],
    ] as const) {
      const folder = await restored(bytes, with_);
      const files = prepareDataDir(folder);
      const journal = new SqliteJournalReader(files.journal);
      expect(journal.lastOffset()).toBe(READINGS);
      expect(journal.page('pump-1', 0, READINGS + 1).readings).toHaveLength(READINGS);
      journal.close();
      const state = new SqliteStateStore(files.state);
      expect(state.get('things', 'one')).toEqual({ path: 'kept' });
      state.close();
      expect(existsSync(join(folder, 'keys', 'patients'))).toBe(with_ !== null);
    }
  });

  it('may go into a folder that is there and empty, such as a disk of its own', async () => {
    const folder = dir.file('own-disk');
    mkdirSync(join(folder, 'lost+found'), { recursive: true });
    await restored(sealed, key, { folder });
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['journal.db', 'keys', 'lost+found', 'state.db']));
    expect(readdirSync(folder)).not.toContain('restoring');
  });

  it('has every database of a data folder in it', async () => {
    const folder = dir.file('all');
    fillDataFolder(folder, 1);
    const all = Object.values(dataFiles(folder));
    for (const path of all) if (!existsSync(path)) new SqliteStateStore(path).close();
    const { files } = await backUp(folder, dir.file('all.backup'), key);
    const names = all.map((path) => path.slice(folder.length + 1));
    expect(
      files
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.db'))
        .sort(),
    ).toEqual(names.sort());
    expect(files.at(-2)?.name, 'the journal is the last of them').toBe('journal.db');
  });

  it('has no secret in the clear, unless it is asked for', async () => {
    const plain = zstdDecompressSync(open);
    expect(plain.includes(PUSH_SECRET)).toBe(false);
    expect(plain.includes('key-of-names')).toBe(false);
    await backUp(dir.file('data'), dir.file('open-with-keys'), null, true);
    const asked = zstdDecompressSync(readFileSync(dir.file('open-with-keys')));
    expect(asked.includes(PUSH_SECRET)).toBe(true);
    expect(asked.includes('key-of-names')).toBe(true);
    expect(readFileSync(dir.file('data/notify.db')).includes(PUSH_SECRET), 'the gateway keeps its own').toBe(true);
  });

  it('leaves no copy behind, in the data folder or beside the file', () => {
    expect(readdirSync(dir.file('data')).filter((name) => name.startsWith('back'))).toEqual([]);
    expect(readdirSync(dir.path).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('restore refuses', () => {
  it('another key, none, and a backup in the clear where a key is given', async () => {
    await refusal(sealed, madeKey(dir.file('other-key')), 'backup-key-wrong');
    await refusal(sealed, null, 'bad-request');
    await refusal(open, key, 'backup-key-wrong');
  });

  it('a file that was cut off, wherever', async () => {
    for (const [bytes, with_] of [
      [sealed, key],
      [open, null],
    ] as const) {
      for (const share of [0, 0.0001, 0.3, 0.7, 0.999]) {
        await refusal(bytes.subarray(0, Math.floor(bytes.length * share)), with_, 'backup-damaged');
      }
      await refusal(bytes.subarray(0, -1), with_, 'backup-damaged');
    }
  });

  it('a file with one bit changed, wherever', async () => {
    for (const [bytes, with_] of [
      [sealed, key],
      [open, null],
    ] as const) {
      for (const share of [0.1, 0.4, 0.6, 0.9, 0.9999]) {
        const changed = Buffer.from(bytes);
        const at = Math.floor(bytes.length * share);
        changed.writeUInt8((changed[at] ?? 0) ^ 1, at);
        await refusal(changed, with_, 'backup-damaged');
      }
    }
    const header = sealed.toString('latin1', 0, sealed.indexOf('\n'));
    const otherSalt = header.replace(/.$/, (last) => (last === 'A' ? 'E' : 'A'));
    await refusal(Buffer.concat([Buffer.from(otherSalt), sealed.subarray(header.length)]), key, 'backup-damaged');
  });

  it('what is no backup, and what a newer gateway made', async () => {
    await refusal(Buffer.from('hello, this is text\n'.repeat(100)), null, 'backup-damaged');
    await refusal(zstdCompressSync('no archive'), null, 'backup-damaged');
    const newer = Buffer.from(`infusion-backup 2 rot13 ${'0'.repeat(200)}\n`);
    await refusal(newer, key, 'backup-too-new');
    await refusal(await archive([['manifest.json', '{"format":2}']]), null, 'backup-too-new');
  });

  it('files that its manifest does not name, or other bytes than it names', async () => {
    const file = { name: 'state.db', bytes: 3, sha256: 'a'.repeat(64), schema: 1 };
    const manifest = (files: readonly object[]) =>
      JSON.stringify({ format: 1, gateway: '1', takenAt: 'x', journal: { lastOffset: 0 }, keys: false, files });
    await refusal(await archive([['manifest.json', '{}']]), null, 'backup-damaged');
    await refusal(
      await archive([
        ['state.db', 'abc'],
        ['manifest.json', manifest([])],
      ]),
      null,
      'backup-damaged',
    );
    await refusal(await archive([['manifest.json', manifest([file])]]), null, 'backup-damaged');
    await refusal(
      await archive([
        ['state.db', 'abc'],
        ['manifest.json', manifest([file])],
      ]),
      null,
      'backup-damaged',
    );
    await refusal(await archive([['state.db', 'abc']]), null, 'backup-damaged');
    await refusal(
      await archive([
        ['manifest.json', manifest([])],
        ['state.db', 'abc'],
      ]),
      null,
      'backup-damaged',
    );
  });

  it.each(['../escape.db', '/tmp/escape.db', 'keys/../../escape', 'keys/.hidden', 'a/b.db', 'restoring'])(
    'a name that leads elsewhere: %s',
    async (name) => {
      await refusal(await archive([[name, 'x']]), null, 'backup-damaged');
      expect(existsSync(dir.file('escape.db'))).toBe(false);
    },
  );

  it('a folder with something in it, and leaves it as it was', async () => {
    const folder = dir.file('in-use');
    mkdirSync(folder);
    writeFileSync(join(folder, 'journal.db'), 'mine');
    await expect(restored(sealed, key, { folder })).rejects.toMatchObject({ code: 'folder-not-empty' });
    expect(readdirSync(folder)).toEqual(['journal.db']);
    expect(readFileSync(join(folder, 'journal.db'), 'utf8')).toBe('mine');
  });

  it('to replace a key; one that is the same stays', async () => {
    const keysFolder = dir.file('other-keys');
    mkdirSync(keysFolder);
    writeFileSync(join(keysFolder, 'patients'), 'another key');
    await expect(restored(sealed, key, { keysFolder })).rejects.toMatchObject({ code: 'folder-not-empty' });
    expect(readFileSync(join(keysFolder, 'patients'), 'utf8')).toBe('another key');
    expect(existsSync(dir.file(`folder-${count}`))).toBe(false);
    writeFileSync(join(keysFolder, 'patients'), 'key-of-names');
    const folder = await restored(sealed, key, { keysFolder });
    expect(existsSync(dataFiles(folder).journal)).toBe(true);
    expect(existsSync(join(folder, 'keys'))).toBe(false);
  });

  it('what cannot be proved', async () => {
    const prove = async () => {
      throw new Error('broken chain');
    };
    await expect(restored(sealed, key, { prove })).rejects.toThrow('broken chain');
    expect(existsSync(dir.file(`folder-${count}`))).toBe(false);
  });
});

it('no gateway opens a folder in which a restore was cut short', () => {
  const folder = dir.file('cut-short');
  mkdirSync(join(folder, 'restoring'), { recursive: true });
  expect(() => prepareDataDir(folder)).toThrow(expect.objectContaining({ code: 'restore-unfinished' }));
});

it('a file that is not there is said plainly', async () => {
  await expect(readBackup(dir.file('nowhere'), null, dir.file('x'))).rejects.toMatchObject({ code: 'bad-request' });
});
