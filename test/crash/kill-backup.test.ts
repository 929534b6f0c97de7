import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readBackup } from '#backup/read-backup.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { millis } from '#kernel/time.ts';
import { withSeed } from '#support/crash-seed.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';
import { fillDataFolder, madeKey } from '../backup/made-backup.ts';

const clock = new SystemClock();
const cli = join(import.meta.dirname, '../../gateway/cli.ts');
const KILLS = 8;

it(
  'a backup that is killed leaves nothing that restore takes as whole, and the next one cleans up',
  { timeout: 120_000 },
  () =>
    withSeed(async (random) => {
      using dir = new TempDir();
      const data = dir.file('data');
      const out = dir.file('out');
      mkdirSync(out);
      const key = madeKey(dir.file('key'));
      fillDataFolder(data, 30_000);
      const begin = (n: number): ChildProcess =>
        spawn(process.execPath, [cli, 'backup', '--out', join(out, `${n}`), '--key-file', dir.file('key')], {
          env: { ...process.env, INFUSION_DATA_DIR: data, NODE_COMPILE_CACHE: dir.file('compiled') },
          stdio: 'ignore',
        });
      const unfinished = () => readdirSync(out).filter((name) => name.includes('unfinished'));

      let cut = 0;
      for (let n = 0; n < KILLS; n += 1) {
        const before = unfinished().length;
        const child = begin(n);
        const ended = once(child, 'exit');
        await until('the backup to begin', () => unfinished().length > before || child.exitCode !== null);
        await clock.sleep(millis(n < 3 ? 0 : random() * 400));
        child.kill('SIGKILL');
        await ended;
        const file = join(out, `${n}`);
        if (existsSync(file)) {
          await readBackup(file, key, dir.file(`whole-${n}`));
          continue;
        }
        cut += 1;
        const left = unfinished().at(-1);
        if (left === undefined) throw new Error('something was begun');
      }
      expect(cut).toBeGreaterThan(0);
      for (const name of unfinished()) {
        // Even by its odd name none of them passes, but one that lacked nothing except its name.
        const taken = await readBackup(join(out, name), key, dir.file(`cut-${name}`)).catch((error: unknown) => error);
        if (taken instanceof Error) expect(taken).toMatchObject({ code: 'backup-damaged' });
        else expect(taken).toMatchObject({ journal: { lastOffset: 30_000 } });
      }

      expect(existsSync(join(data, 'backing-up')), 'copies of the one that was killed').toBe(true);
      const [code] = await once(begin(KILLS), 'exit');
      expect(code).toBe(0);
      expect(existsSync(join(data, 'backing-up'))).toBe(false);
      const manifest = await readBackup(join(out, `${KILLS}`), key, dir.file('last'));
      expect(manifest.journal.lastOffset).toBe(30_000);
    }),
);
