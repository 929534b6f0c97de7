import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const rows = readFileSync(join(root, 'SECURITY.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => line.split(' | ').at(-1)?.replace(/ \|$/, '') ?? '');

it('each line of SECURITY.md names a test that is there, or says plainly that it is waived', () => {
  expect(rows.length).toBeGreaterThan(12);
  const isThere = (tests: string) => tests.split(', ').every((test) => existsSync(join(root, test)));
  const loose = rows.filter((last) => !last.startsWith('waiver: ') && !isThere(last));
  expect(loose).toEqual([]);
});
