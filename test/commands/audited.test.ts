import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { auditedCommands } from '#gateway/commands/audited.ts';
import { openAudit } from '#gateway/open-audit.ts';
import { dataFiles } from '#journal/data-dir.ts';
import { silentLogger } from '#kernel/log.ts';
import { SystemClock } from '#kernel/system-clock.ts';
import { TempDir } from '#support/temp-dir.ts';

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/infusion-gateway');

/** Commands that change nothing in the data folder and take nothing of patients out of it. */
const others = new Set([
  ...[
    'start',
    'check',
    'token list',
    'provision authority',
    'influx setup',
    'replay',
    'claims decide',
    'claims what-if',
  ],
  ...['claims schema', 'detect', 'verify', 'decode', 'hub', 'restore', 'watchdog'],
]);

it('each command either leaves an entry or is known to need none', () => {
  const help = (words: readonly string[]) => run(program, [...words, '--help']).then(({ stdout }) => stdout);
  const named = async (words: readonly string[]): Promise<string[]> => {
    const text = await help(words);
    const list = /\nCommands:\n([\s\S]*?)(\n\n|$)/.exec(text)?.[1] ?? '';
    const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
    if (names.length === 0) return [words.join(' ')];
    return (await Promise.all(names.map((name) => named([...words, name])))).flat();
  };
  return expect(named([]).then((paths) => paths.toSorted())).resolves.toEqual(
    [...auditedCommands, ...others].toSorted(),
  );
});

it('says which command was run, by which user of the machine, and about what', async () => {
  using dir = new TempDir();
  const env = { PATH: process.env['PATH'] ?? '', INFUSION_DATA_DIR: dir.path };
  await run(program, ['token', 'add', '--name', 'night-desk', '--role', 'nurse'], { env });
  await run(program, ['token', 'list'], { env });
  const { stdout } = await run(program, ['verify', '--json'], { env });
  expect(JSON.parse(stdout).chains).toContainEqual(
    expect.objectContaining({ chain: 'audit', entries: 1, broken: null }),
  );
  const trail = openAudit(dataFiles(dir.path), dir.file('keys'), new SystemClock(), silentLogger);
  expect(trail.audit.page({ limit: 9 }).audit).toMatchObject([
    { kind: 'command', act: 'command token add', object: 'night-desk', outcome: 0, address: null },
  ]);
  trail.close();
});
