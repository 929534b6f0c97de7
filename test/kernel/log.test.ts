import { expect, it } from 'vitest';
import { createLogger } from '#kernel/log.ts';

function lines(write: (log: ReturnType<typeof createLogger>) => void, level: 'info' | 'silent' = 'info'): string[] {
  const out: string[] = [];
  write(createLogger(level, { write: (line: string) => void out.push(line) }));
  return out;
}

it('a log line is JSON and carries no secret and no patient data', () => {
  const [line = ''] = lines((log) =>
    log.child({ hub: 'hub-1' }).warn(
      {
        password: 'geheim-1',
        token: 'geheim-2',
        person: { name: 'geheim-3', birthDate: 'geheim-4', phone: 'geheim-5' },
        headers: { authorization: 'geheim-6', cookie: 'geheim-7' },
        note: 'geheim-8',
        payload: 'geheim-9',
        code: 'kept',
      },
      'something happened',
    ),
  );
  expect(line).not.toContain('geheim');
  expect(JSON.parse(line)).toMatchObject({ level: 'warn', hub: 'hub-1', code: 'kept', msg: 'something happened' });
});

it('says nothing below its level', () => {
  expect(lines((log) => log.debug({}, 'x'))).toEqual([]);
  expect(lines((log) => log.error({}, 'x'), 'silent')).toEqual([]);
});
