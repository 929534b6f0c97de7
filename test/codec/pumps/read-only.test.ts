import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alarisQuery, alarisQuestions } from '#codec/pumps/alaris/queries.ts';
import { ne1000Query, ne1000Questions } from '#codec/pumps/ne1000/queries.ts';
import { terumoIdQuery, terumoStatusQuery } from '#codec/pumps/terumo/queries.ts';
import { ascii, decoded } from './line-events.ts';

/** Nothing here can start, stop, set or give a bolus: by what the encoders know, and by who may write to a pump's line. */

describe('all questions that there are', () => {
  it('New Era: the status, and commands that ask without a parameter', () => {
    const sent = Object.keys(ne1000Questions).flatMap((question) =>
      [0, 7, 99].flatMap((address) =>
        (['basic', 'safe'] as const).flatMap((mode) => {
          if (!isOneOf(ne1000Questions, question)) return [];
          return decoded(mode === 'safe' ? 'ne1000-safe' : 'ne1000', ne1000Query(question, address, mode));
        }),
      ),
    );
    expect(sent).toHaveLength(42);
    for (const event of sent) {
      expect(event).toMatchObject({ ok: true, frame: { kind: 'command' } });
      if (!event.ok) continue;
      expect(event.frame).not.toHaveProperty('argument');
      expect(['', 'VER', 'DIA', 'DIR', 'RAT', 'VOL', 'DIS']).toContain(event.frame['name']);
    }
  });

  it('Alaris: names without fields, none of those that act', () => {
    expect(Object.values(alarisQuestions).sort()).toEqual([
      'ALARM',
      'COMMS_PROTOCOL',
      'INF',
      'INF_RATE',
      'INF_VI',
      'INF_VTBI',
      'INST_SERIALNO',
      'SYRINGE_STATUS',
    ]);
    for (const question of Object.keys(alarisQuestions)) {
      if (!isOneOf(alarisQuestions, question)) continue;
      const wire = Buffer.from(alarisQuery(question)).toString('latin1');
      expect(wire).toMatch(/^![A-Z_]+\|[0-9A-F]{4}\r$/);
      expect(wire).not.toMatch(/START|STOP|CLEAR|CTRL|CFG|BOLUS|SET/);
    }
  });

  it('Terumo: the id, and command 01 0000 without data', () => {
    expect(Buffer.from(terumoIdQuery()).toString('latin1')).not.toContain('<CMD>');
    fc.assert(
      fc.property(fc.nat(0x7e), fc.stringMatching(/^[0-9A-F]{1,24}$/), (sequence, id) => {
        const [event] = decoded('terumo-te', terumoStatusQuery(id, sequence));
        expect(event).toMatchObject({ frame: { kind: 'request', command: { command: 1, subcommand: 0, data: '' } } });
      }),
    );
  });
});

describe('what no type lets through is refused when it runs', () => {
  // JSON.parse gives what the compiler cannot see.
  const anything = (text: string) => JSON.parse(JSON.stringify(text));

  it.each(['RUN', 'STP', 'PUR', 'rate100', 'SAF10', '__proto__', 'constructor', '', 'INF_START', 'REMOTE_CTRL'])(
    '%s',
    (word) => {
      expect(() => ne1000Query(anything(word), 0, 'basic')).toThrow(RangeError);
      expect(() => alarisQuery(anything(word))).toThrow(RangeError);
      expect(() => terumoStatusQuery(word, 0)).toThrow(RangeError);
    },
  );

  it('addresses and numbers too', () => {
    for (const address of [-1, 100, 1.5, Number.NaN, anything('0RUN')]) {
      expect(() => ne1000Query('status', address, 'basic')).toThrow(RangeError);
    }
    for (const sequence of [-1, 0x7f, 0.5, Number.NaN])
      expect(() => terumoStatusQuery('00', sequence)).toThrow(RangeError);
    expect(() => terumoStatusQuery('00</DEVID>', 0)).toThrow(RangeError);
  });
});

describe('who may make bytes for a pump', () => {
  const root = join(import.meta.dirname, '../../..');
  const files = ['gateway', 'simulator'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file)),
  );
  const usersOf = (name: string): string[] =>
    files.filter((file) => new RegExp(`\\b${name}\\b`).test(readFileSync(join(root, file), 'utf8')));

  it('only the tables of questions make queries', () => {
    expect(usersOf('asPumpQuery').sort()).toEqual([
      'gateway/codec/pumps/alaris/queries.ts',
      'gateway/codec/pumps/ne1000/queries.ts',
      'gateway/codec/pumps/query.ts',
      'gateway/codec/pumps/terumo/queries.ts',
    ]);
  });

  it('the framing is used by questions and, for simulated pumps, by answers', () => {
    for (const name of ['alarisWire', 'terumoWire', 'safePacket']) {
      expect(usersOf(name).filter((file) => !/\/(queries|replies|frame|safe)\.ts$/.test(file))).toEqual([]);
    }
  });

  it('answers are made by nobody in the gateway', () => {
    const importers = files.filter((file) =>
      /(?:ne1000|alaris|terumo)\/replies\.ts'/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(importers.filter((file) => file.startsWith('gateway/'))).toEqual([]);
  });

  it('decoding what others command is the only place that knows the words', () => {
    const words = /INF_START|INF_STOP|REMOTE_CTRL|INF_BOLUS|\bPUR\b|'RUN'|'STP'/;
    const knowing = files.filter((file) =>
      words.test(readFileSync(join(root, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')),
    );
    expect(knowing).toEqual(['gateway/codec/pumps/ne1000/text.ts']);
  });

  it('sees a line that would break it', () => {
    expect(ascii('!INF_START|38F3\r')).toHaveLength(16);
    expect(decoded('alaris-asena', ascii('!INF_START|38F3\r'))).toMatchObject([
      { ok: true, frame: { command: 'INF_START' } },
    ]);
  });
});

const isOneOf = <T extends object>(table: T, key: PropertyKey): key is keyof T => Object.hasOwn(table, key);
