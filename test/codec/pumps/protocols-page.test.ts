import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { discardCodes } from '#codec/pumps/frame-event.ts';

it('the page on protocols lists every code as the source has it', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/protocols.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| ([A-Z].*) \|$/gm)].map(([, code, why]) => [code, why]);
  expect(rows).toEqual(Object.entries(discardCodes));
});
