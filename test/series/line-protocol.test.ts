import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertEvent } from '#model/alert.ts';
import { alarmLine, alertLine, readingLine, timeOf } from '#series/line-protocol.ts';
import { fieldString, nanoTime, subMillisecond, tagValue } from '#series/line-text.ts';
import { pumpReading } from '#support/arbitrary-reading.ts';
import { T0 } from './list-journal.ts';

const entry = (reading: Parameters<typeof readingLine>[0]['reading']) => ({
  hub: 'hub-1',
  pump: 'pump-1',
  boot: 'b',
  reading,
});

describe('a reading line', () => {
  it('holds every field under its contract name and type', () => {
    const line = readingLine(
      entry({
        seq: 7,
        atMs: T0,
        state: 'infusing',
        infusion: 'inf 1',
        drug: 'J1559 "x"\\',
        rateMlH: 24,
        programmedRateMlH: 25.5,
        infusedMl: 0,
        remainingMl: 1e-7,
        reservoirMl: 50,
        pressureMmHg: -3,
        pressureLimitMmHg: 525,
        batteryPct: 99,
        onMains: false,
      }),
      'Space, 50=ml ',
    );
    expect(line).toBe(
      'pump_reading,hub=hub-1,model=Space\\,\\ 50\\=ml,pump=pump-1 ' +
        'seq=7i,boot="b",state="infusing",infusion="inf 1",drug="J1559 \\"x\\"\\\\",rate_ml_h=24,' +
        'programmed_rate_ml_h=25.5,infused_ml=0,remaining_ml=1e-7,reservoir_ml=50,pressure_mmhg=-3,' +
        `pressure_limit_mmhg=525,battery_pct=99,on_mains=false ${timeOf({ boot: 'b', seq: 7, atMs: T0 })}`,
    );
  });

  it('leaves out what was not measured, and the model nobody named', () => {
    expect(readingLine(entry({ seq: 0, atMs: T0, state: 'off' }))).toMatch(
      /^pump_reading,hub=hub-1,pump=pump-1 seq=0i,boot="b",state="off" \d{19}$/,
    );
  });

  it('never changes the type of a field', () => {
    const types = new Map<string, string>();
    fc.assert(
      fc.property(pumpReading(T0), (reading) => {
        for (const [name, value] of fieldsOf(readingLine(entry(reading)))) {
          const type = typeOf(value);
          expect(`${name} ${types.get(name) ?? type}`).toBe(`${name} ${type}`);
          types.set(name, type);
        }
      }),
    );
    expect(types.get('seq')).toBe('integer');
    expect(types.get('rate_ml_h')).toBe('float');
    expect(types.get('on_mains')).toBe('boolean');
  });
});

describe('the time of a point', () => {
  it('stays within the millisecond of the reading, exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 946_684_800_000, max: 4e12 }), fc.nat(), fc.string(), (atMs, seq, boot) => {
        expect(BigInt(timeOf({ boot, seq, atMs })) / 1_000_000n).toBe(BigInt(atMs));
      }),
    );
  });

  it('differs for any two readings of one boot in one millisecond that are less than a million apart', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(2 ** 40), fc.integer({ min: 1, max: 999_999 }), (boot, seq, apart) => {
        expect(subMillisecond(boot, seq)).not.toBe(subMillisecond(boot, seq + apart));
      }),
    );
  });

  it('keeps apart two boots of a hub without a battery clock', () => {
    expect(timeOf({ boot: 'a6f1', seq: 0, atMs: T0 })).not.toBe(timeOf({ boot: 'c02e', seq: 0, atMs: T0 }));
  });

  it('is exact at and before 1970 too', () => {
    expect(nanoTime(0, 5)).toBe('5');
    expect(nanoTime(-1, 1)).toBe('-999999');
    expect(nanoTime(1, 0)).toBe('1000000');
  });
});

describe('tag and field text', () => {
  it('never lets a text end its tag, field or line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (model, drug) => {
        const line = readingLine(entry({ seq: 1, atMs: T0, state: 'kvo', drug }), model);
        const tags = /^pump_reading,hub=hub-1(?:,model=((?:[^\\, =\n]|\\[, =]|\\(?![, =]))+))?,pump=pump-1 /.exec(line);
        expect(tags?.[1]).toBe(tagValue(model));
        expect(new Map(fieldsOf(line)).get('drug')).toBe(fieldString(drug));
      }),
    );
  });

  it.each([
    ['a\nb', 'a\\ b'],
    ['ends with \\\\', 'ends\\ with'],
    [' \n', undefined],
    ['', undefined],
    ['ä,ö', 'ä\\,ö'],
  ])('%j as a tag is %j', (text, expected) => {
    expect(tagValue(text)).toBe(expected);
  });
});

describe('alarm and alert lines', () => {
  it('name the alarm and whether it is on', () => {
    const instant = { boot: 'b', seq: 1, atMs: T0 };
    const change = { hub: 'h', pump: 'p', code: 'x-door 2', priority: 'high', active: true, instant } as const;
    expect(alarmLine(change)).toBe(
      `pump_alarm,code=x-door\\ 2,hub=h,priority=high,pump=p active=1i ${timeOf(instant)}`,
    );
    expect(alarmLine({ ...change, active: false })).toContain(' active=0i ');
  });

  it('name no person and carry no note', () => {
    const event: AlertEvent = {
      alert: '01J',
      kind: 'acknowledged',
      at: T0,
      by: 'Some Person',
      reason: 'Some reason',
      cause: null,
      note: 'Some note',
      after: alertOf('hub-dark', null),
    };
    const line = alertLine(3, event);
    expect(line).toBe(
      'alert,code=hub-dark,event=acknowledged,priority=technical ' +
        `alert="01J",count=1i,hub="hub-1",version=2i ${T0}000003`,
    );
    expect(line).not.toContain('Some');
  });
});

function alertOf(code: string, pump: string | null): AlertEvent['after'] {
  return {
    id: '01J',
    version: 2,
    pump,
    hub: 'hub-1',
    patient: null,
    code,
    priority: 'technical',
    text: 'Hub silent',
    state: 'open',
    condition: 'active',
    stateUnknown: false,
    response: 'acknowledged',
    acknowledgedBy: 'Some Person',
    acknowledgedAt: T0,
    acknowledgementExpires: null,
    assignedTo: null,
    escalationStep: null,
    nextStepAt: null,
    held: null,
    chatter: false,
    missed: false,
    since: T0,
    learnedAt: T0,
    clearedAt: null,
    closedAt: null,
    outcome: null,
    count: 1,
    drug: null,
    policy: '1',
  };
}

/** Fields of a line, read as InfluxDB reads them: a string ends at the first quote that no backslash stands before. */
function fieldsOf(line: string): [string, string][] {
  const start = /^(?:[^\\ ]|\\.)* /s.exec(line)?.[0].length ?? 0;
  const fields = [...line.slice(start).matchAll(/([a-z_]+)=("(?:[^"\\]|\\.)*"|[^, ]+)([, ])/gsy)];
  const used = fields.reduce((sum, [text]) => sum + text.length, start);
  expect(line.slice(used)).toMatch(/^\d+$/);
  return fields.map(([, name, value]) => [name ?? '', value ?? '']);
}

function typeOf(value: string): string {
  if (value.startsWith('"')) return 'string';
  if (value === 'true' || value === 'false') return 'boolean';
  return value.endsWith('i') ? 'integer' : 'float';
}
