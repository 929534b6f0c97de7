import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastBackupSeconds } from '#gateway/last-backup.ts';
import { dataFiles } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import { newSigningKey } from '#kernel/head-signer.ts';
import { TempDir } from '#support/temp-dir.ts';
import { backUp, fillDataFolder, madeKey } from './made-backup.ts';

const cli = join(import.meta.dirname, '../../bin/infusion-gateway');
let dir: TempDir;
let key: Buffer;

beforeAll(() => {
  dir = new TempDir();
  key = madeKey(dir.file('key'));
  fillDataFolder(dir.file('data'), 200);
  writeFileSync(dir.file('data/keys/chains.pem'), newSigningKey());
});
afterAll(() => dir[Symbol.dispose]());

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Promise<Outcome> {
  const env = { ...process.env, INFUSION_DATA_DIR: dir.file('data') };
  return new Promise((resolve) => {
    execFile(cli, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const restore = (backup: string, into: string, ...more: readonly string[]): Promise<Outcome> =>
  run('restore', '--in', dir.file(backup), '--into', dir.file(into), '--key-file', dir.file('key'), ...more);

describe('the commands', () => {
  it('make a backup with a name of its own, private to this user, and tell what was restored', async () => {
    const made = await run('backup', '--out', dir.path);
    expect(made.code).toBe(0);
    expect(made.stderr).toMatch(/not encrypted and the secret keys are not in it/);
    const file = /^(\S+): \d+ bytes, journal up to 200\n$/.exec(made.stdout)?.[1] ?? '';
    expect(file).toMatch(/\/infusion-\d{8}T\d{6}Z\.tar\.zst$/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const noted = new Date(lastBackupSeconds(dir.file('data')) * 1_000).toISOString().replaceAll(/[-:]|\.\d+/g, '');
    expect(file).toContain(`infusion-${noted}`);
    const again = await run('restore', '--in', file, '--into', dir.file('without-keys'));
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toMatch(/journal up to 200\nNo chain was proved: the folder of keys has no chains\.pem\.\n$/);
    expect(existsSync(dir.file('without-keys/keys')), 'no new keys are made').toBe(false);
    const over = await run('backup', '--out', file);
    expect(over).toMatchObject({ code: 2 });
    expect(over.stderr).toMatch(/is there already and is not written over/);
  });

  it('say what is wrong with a key file', async () => {
    writeFileSync(dir.file('short'), 'c2hvcnQ=');
    const short = await run('backup', '--out', dir.file('x'), '--key-file', dir.file('short'));
    expect(short).toMatchObject({ code: 2 });
    expect(short.stderr).toMatch(/does not hold 32 bytes as base64 or hex\. Make one with `openssl rand -base64 32`/);
    expect(existsSync(dir.file('x'))).toBe(false);
  });
});

describe('restore proves', () => {
  it('that this gateway knows the form of each database', async () => {
    const state = dataFiles(dir.file('data')).state;
    const setVersion = (version: number) => {
      const db = new DatabaseSync(state);
      db.exec(`PRAGMA user_version = ${version}`);
      db.close();
    };
    setVersion(99);
    await backUp(dir.file('data'), dir.file('newer'), key);
    setVersion(1);
    const refused = await restore('newer', 'newer-folder');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/made by a newer gateway.*state\.db is at version 99/s);
    expect(existsSync(dir.file('newer-folder'))).toBe(false);
  });

  it('that no chain is broken, and lets a broken one be looked into when told so', async () => {
    const benefit = dataFiles(dir.file('data')).benefit;
    const store = new SqliteStateStore(benefit);
    const head = { position: 1, hash: '00', at: 0, keyId: '', signature: '' };
    store.transact((tx) => tx.put('benefit-facts-head', 'head', head));
    await backUp(dir.file('data'), dir.file('broken'), key);
    store.transact((tx) => tx.delete('benefit-facts-head', 'head'));
    store.close();
    const refused = await restore('broken', 'broken-folder');
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/Chain benefit-facts: the end is not the one kept/);
    expect(existsSync(dir.file('broken-folder'))).toBe(false);
    const looked = await restore('broken', 'broken-folder', '--despite-chains');
    expect(looked.code).toBe(1);
    expect(looked.stdout).toMatch(/benefit-facts: broken at entry 1\n$/);
    expect(readdirSync(dir.file('broken-folder'))).toContain('journal.db');

    await backUp(dir.file('data'), dir.file('whole'), key);
    const whole = await restore('whole', 'whole-folder', '--json');
    expect(whole.code).toBe(0);
    const { chains }: { chains: { chain: string; broken: unknown }[] } = JSON.parse(whole.stdout);
    expect(chains.length).toBeGreaterThan(2);
    expect(chains.filter(({ broken }) => broken !== null)).toEqual([]);
    expect(readFileSync(dir.file('whole-folder/keys/chains.pem'))).toEqual(
      readFileSync(dir.file('data/keys/chains.pem')),
    );
  });
});
