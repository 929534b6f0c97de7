import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GatewayError, messageOf, systemCodeOf } from '#kernel/errors.ts';
import { errorsPage } from '#support/errors-page.ts';

it('docs/errors.md and the code say the same', () => {
  expect(readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')).toBe(errorsPage());
});

it('an error carries its code, whose fault it is, and its cause', () => {
  const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  const error = new GatewayError('storage-refused', 'journal', { cause });
  expect(error.kind).toMatchObject({ fault: 'operator', retry: 'transient' });
  expect(error.message).toBe('The disk refused a write, so nothing is acknowledged. journal');
  expect(systemCodeOf(error.cause)).toBe('ENOSPC');
  expect(messageOf('thrown text')).toBe('thrown text');
  expect(systemCodeOf('thrown text')).toBeUndefined();
});
