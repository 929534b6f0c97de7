import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TempDir } from './temp-dir.ts';

/** pyx12, an independent reader that knows the implementation guides 837 005010X222A1 and 835 005010X221A1. */
const VERSION = '4.0.0';
const folder = join(import.meta.dirname, '../../node_modules/.cache/x12-validator');
const python = join(folder, 'bin/python');
const program = join(folder, 'bin/x12valid');

/** Makes it where it is not there yet: python3 with venv, and one package of PyPI. */
function ensure(): void {
  if (existsSync(program)) return;
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  run('python3', '-m', 'venv', folder);
  run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `pyx12==${VERSION}`);
}

export interface Validated {
  readonly valid: boolean;
  /** What it says, without times. */
  readonly says: string;
}

export function validateX12(text: string): Validated {
  ensure();
  using dir = new TempDir();
  const file = dir.file('claims.x12');
  writeFileSync(file, text);
  const { stdout, stderr } = spawnSync(program, [file], { encoding: 'utf8', timeout: 60_000 });
  const says = `${stdout}${stderr}`;
  return { valid: says.includes(`${file}: OK`) && !says.includes('ERROR Line'), says };
}
