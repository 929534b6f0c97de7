import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configVariables } from '#gateway/config/schema.ts';
import { findServer } from '#support/find-server.ts';
import { TempDir } from '#support/temp-dir.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** Where the units expect the checkout. */
const INSTALLED = '/opt/infusion-gateway';

const units = [
  'deploy/gateway/infusion-gateway.service',
  'deploy/gateway/infusion-backup.service',
  'deploy/gateway/infusion-backup.timer',
  'deploy/hub/infusion-hub.service',
];
const textOf = (unit: string): string => readFileSync(join(root, unit), 'utf8');

let dir: TempDir;
beforeAll(() => {
  dir = new TempDir();
});
afterAll(() => dir[Symbol.dispose]());

/** The unit as it is, with this checkout in the place of the installed one. */
function here(unit: string): string {
  const path = dir.file(unit.split('/').at(-1) ?? unit);
  writeFileSync(path, textOf(unit).replaceAll(INSTALLED, root));
  return path;
}

describe('the units of systemd', () => {
  it.each(units)('%s: systemd finds nothing to say against it', async (unit) => {
    for (const other of units) here(other);
    const { stdout, stderr } = await run(findServer('systemd-analyze'), ['verify', '--man=no', here(unit)]);
    expect(stdout + stderr).toBe('');
  });

  // Tenths: 0 is a service that can do nothing, 100 one that may do all. Most come out above 90.
  it.each([
    ['deploy/gateway/infusion-gateway.service', 20],
    ['deploy/gateway/infusion-backup.service', 10],
    ['deploy/hub/infusion-hub.service', 45],
  ] as const)('%s: is exposed by %i at most', async (unit, threshold) => {
    const args = ['security', '--offline=true', `--threshold=${threshold}`, '--no-pager', here(unit)];
    const { stdout } = await run(findServer('systemd-analyze'), args).catch((error: { stdout: string }) => error);
    expect(/Overall exposure level for \S+: ([\d.]+)/.exec(stdout)?.[1]).toSatisfy(
      (level) => Number(level) * 10 <= threshold,
    );
  });

  it.each(units)('%s: names settings, files and commands that there are', async (unit) => {
    const text = textOf(unit);
    for (const [, name] of text.matchAll(/^Environment=(INFUSION_\w+)=/gm)) {
      expect(Object.keys(configVariables)).toContain(name);
    }
    for (const [path] of text.matchAll(/\/opt\/infusion-gateway[\w./-]*/g)) {
      expect(existsSync(path.replace(INSTALLED, root)), path).toBe(true);
    }
    for (const [, command] of text.matchAll(/^ExecStart=\S+ (\w+)/gm)) {
      const { stdout } = await run(join(root, 'bin/infusion-gateway'), [command ?? '', '--help']);
      expect(stdout).toContain(`infusion-gateway ${command}`);
      for (const [option] of text.matchAll(/(?<= )--[a-z-]+/g)) expect(stdout).toContain(option);
    }
  });
});
