import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** dkimpy, an independent verifier of RFC 6376. */
const VERSION = '1.1.8';
const folder = join(import.meta.dirname, '../../node_modules/.cache/dkim-verifier');
const python = join(folder, 'bin/python');
const script = `
import dkim, sys
record = sys.argv[1].encode()
sys.exit(0 if dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: record) else 1)
`;

/** Whether the mail carries a good signature by the key that this DNS record tells. Makes the verifier where it is missing. */
export function hasGoodDkim(mail: string, dnsRecord: string): boolean {
  const run = (command: string, ...args: string[]) =>
    execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: 120_000 });
  if (!existsSync(join(folder, 'done'))) {
    run('python3', '-m', 'venv', folder);
    run(python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `dkimpy==${VERSION}`);
    run('touch', join(folder, 'done'));
  }
  return spawnSync(python, ['-c', script, dnsRecord], { input: mail, timeout: 60_000 }).status === 0;
}
