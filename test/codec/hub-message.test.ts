import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeReadings, encodeStatus, parseWireReading, readingFromWire, readingToWire } from '#codec/hub-json.ts';
import { decodeHubMessage, type HubMessage } from '#codec/hub-message.ts';
import { refusalCodes } from '#codec/refusal.ts';
import { isWireId } from '#kernel/ids.ts';
import { wallMs } from '#kernel/time.ts';
import { pumpStates } from '#model/reading.ts';
import { pumpReading } from '#support/arbitrary-reading.ts';
import { T0 } from '#support/hub-messages.ts';

const TOPIC = 'infusion/v1/hub-1/pump-1/readings';
const decode = (payload: string | Uint8Array, topic = TOPIC): HubMessage =>
  decodeHubMessage(topic, typeof payload === 'string' ? Buffer.from(payload) : payload, wallMs(T0));

const good = `{"seq":1,"at":${T0},"state":"infusing"}`;
const withReading = (text: string): string => `{"boot":"b","readings":[${good},${text},${good.replace('1', '3')}]}`;
const field = (json: string): string => `{"seq":2,"at":${T0},"state":"infusing",${json}}`;

/** Code of the middle reading's refusal, after checking that both neighbours were taken. */
function refusedAlone(text: string): string {
  const message = decode(withReading(text));
  if (message.kind !== 'readings') throw new Error(`whole message refused: ${JSON.stringify(message)}`);
  expect(message.accepted.map(({ seq }) => seq)).toEqual([1, 3]);
  expect(message.refused).toHaveLength(1);
  expect(message.refused[0]?.detail).toMatch(/^reading 1/);
  return message.refused[0]?.code ?? '';
}

describe('a reading is refused alone', () => {
  it.each([
    ['no seq', `{"at":${T0},"state":"infusing"}`, 'missing-field'],
    ['no at', '{"seq":2,"state":"infusing"}', 'missing-field'],
    ['no state', `{"seq":2,"at":${T0}}`, 'missing-field'],
    ['seq below zero', `{"seq":-1,"at":${T0},"state":"infusing"}`, 'out-of-range'],
    ['seq not whole', `{"seq":1.5,"at":${T0},"state":"infusing"}`, 'wrong-type'],
    ['seq past exact integers', `{"seq":9007199254740993,"at":${T0},"state":"infusing"}`, 'out-of-range'],
    ['seq as text', `{"seq":"2","at":${T0},"state":"infusing"}`, 'wrong-type'],
    ['before 2000', '{"seq":2,"at":946684799999,"state":"infusing"}', 'time-too-early'],
    ['a year and a day ahead', `{"seq":2,"at":${T0 + 367 * 86_400_000},"state":"infusing"}`, 'time-too-late'],
    ['far beyond dates', '{"seq":2,"at":9e15,"state":"infusing"}', 'time-too-late'],
    ['seconds for milliseconds', `{"seq":2,"at":${T0 / 1000},"state":"infusing"}`, 'time-too-early'],
    ['unknown state', `{"seq":2,"at":${T0},"state":"running"}`, 'unknown-state'],
    ['rate below zero', field('"rate_ml_h":-0.1'), 'out-of-range'],
    ['volume below zero', field('"infused_ml":-1e-9'), 'out-of-range'],
    ['battery over 100', field('"battery_pct":100.5'), 'out-of-range'],
    ['rate as text', field('"rate_ml_h":"9"'), 'wrong-type'],
    ['mains as number', field('"on_mains":1'), 'wrong-type'],
    ['null', field('"pressure_mmhg":null'), 'null-value'],
    ['null in an unknown field', field('"vendor":{"x":[null]}'), 'null-value'],
    ['infinity', field('"rate_ml_h":1e999'), 'not-finite'],
    ['infinity in an unknown field', field('"vendor":[-1e999]'), 'not-finite'],
    ['NaN, which is not JSON', field('"rate_ml_h":NaN'), 'not-json'],
    ['the same key twice', field('"rate_ml_h":1,"rate_ml_h":2'), 'duplicate-key'],
    ['the same key twice, deep down', field('"vendor":{"a":1,"a":1}'), 'duplicate-key'],
    ['a key twice, once escaped', field('"rate_ml_h":1,"rate\\u005fml_h":2'), 'duplicate-key'],
    ['alarms not a list', field('"alarms":"occlusion-downstream"'), 'wrong-type'],
    ['an alarm that is no text', field('"alarms":[7]'), 'wrong-type'],
    ['half a surrogate pair', field('"drug":"\\ud83d"'), 'bad-text'],
    ['a control character', field('"drug":"a\\u0000b"'), 'bad-text'],
    ['an empty text', field('"drug":""'), 'out-of-range'],
    ['not an object', '7', 'not-an-object'],
    ['null itself', 'null', 'null-value'],
    ['a list', '[]', 'not-an-object'],
  ])('%s', (_what, text, code) => {
    expect(refusedAlone(text)).toBe(code);
    expect(Object.keys(refusalCodes)).toContain(code);
  });
});

describe('a message is refused whole', () => {
  it.each([
    ['not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), 'not-utf8'],
    ['overlong UTF-8', Buffer.from('{"boot":"b","readings":["\xc0\xaf"]}', 'latin1'), 'not-utf8'],
    ['empty', '', 'not-json'],
    ['cut short', '{"boot":"b","readings":[{"seq":1', 'not-json'],
    ['a list', '[]', 'not-an-object'],
    ['a number', '7', 'not-an-object'],
    [
      'deep nesting',
      `{"boot":"b","x":${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)},"readings":[${good}]}`,
      'too-deep',
    ],
    ['no boot', `{"readings":[${good}]}`, 'missing-field'],
    ['no readings', '{"boot":"b"}', 'missing-field'],
    ['an empty list', '{"boot":"b","readings":[]}', 'no-readings'],
    ['readings not a list', '{"boot":"b","readings":{}}', 'wrong-type'],
    ['boot with a slash', `{"boot":"a/b","readings":[${good}]}`, 'bad-id'],
    ['boot a number', `{"boot":7,"readings":[${good}]}`, 'wrong-type'],
    ['boot null', `{"boot":null,"readings":[${good}]}`, 'null-value'],
    ['boot twice', `{"boot":"a","boot":"b","readings":[${good}]}`, 'duplicate-key'],
    ['501 readings', `{"boot":"b","readings":[${Array(501).fill(good).join()}]}`, 'too-many-readings'],
    ['over 256 KiB', `{"boot":"b","x":"${'x'.repeat(262_144)}","readings":[${good}]}`, 'message-too-large'],
  ])('%s', (_what, payload, code) => {
    expect(decode(payload)).toMatchObject({ kind: 'refused', hub: 'hub-1', pump: 'pump-1', refusal: { code } });
  });

  it.each([
    ['infusion/v1/hub-1/pump-1/other', 'unknown-topic', null, null],
    ['infusion/v2/hub-1/status', 'unknown-topic', null, null],
    ['infusion/v1/hub-1/command', 'unknown-topic', null, null],
    ['', 'unknown-topic', null, null],
    ['infusion/v1//status', 'bad-hub-id', '', null],
    ['infusion/v1/-hub/status', 'bad-hub-id', '-hub', null],
    ['infusion/v1/hub-1/pump 1/readings', 'bad-pump-id', 'hub-1', 'pump 1'],
    [`infusion/v1/${'h'.repeat(65)}/status`, 'bad-hub-id', 'h'.repeat(65), null],
  ])('topic %j', (topic, code, hub, pump) => {
    expect(decode(`{"boot":"b","readings":[${good}]}`, topic)).toMatchObject({
      kind: 'refused',
      hub,
      pump,
      refusal: { code },
    });
  });

  it('takes exactly 500 readings and exactly 256 KiB', () => {
    const full = decode(`{"boot":"b","readings":[${Array(500).fill(good).join()}]}`);
    expect(full.kind === 'readings' && full.accepted.length).toBe(500);
    const shell = `{"boot":"b","x":"","readings":[${good}]}`;
    const exact = shell.replace('""', `"${'x'.repeat(262_144 - shell.length)}"`);
    expect(Buffer.byteLength(exact)).toBe(262_144);
    expect(decode(exact).kind).toBe('readings');
  });
});

describe('a status', () => {
  const topic = 'infusion/v1/hub-1/status';
  it('is read with what it holds', () => {
    const status = { state: 'online', boot: 'b', atMs: T0, firmware: '1.2', pumps: [{ id: 'p', model: 'm' }] } as const;
    expect(decode(encodeStatus(status), topic)).toMatchObject({ kind: 'status', hub: 'hub-1', status });
  });
  it.each([
    ['{"state":"away","boot":"b","at":1772323200000}', 'unknown-state'],
    ['{"state":"online","at":1772323200000}', 'missing-field'],
    ['{"state":"online","boot":"b","at":1772323200000,"pumps":[{"id":"a/b"}]}', 'bad-id'],
    ['{"state":"online","boot":"b","at":null}', 'null-value'],
    ['{"state":"online","state":"offline","boot":"b","at":1772323200000}', 'duplicate-key'],
    ['{"state":"online","boot":"b","at":1}', 'time-too-early'],
    ['[]', 'not-an-object'],
    ['', 'not-json'],
  ])('%s is refused', (payload, code) => {
    expect(decode(payload, topic)).toMatchObject({ kind: 'refused', refusal: { code } });
  });
});

describe('for any input', () => {
  it('what is encoded is decoded to the same reading', () => {
    fc.assert(
      fc.property(fc.array(pumpReading(T0), { minLength: 1, maxLength: 20 }), (readings) => {
        const message = decode(encodeReadings('boot-1', readings));
        if (message.kind !== 'readings') throw new Error(JSON.stringify(message));
        expect(message.refused).toEqual([]);
        expect(message.accepted.map(({ wire }) => parseWireReading(wire))).toEqual(readings);
        expect(readings.map((reading) => readingFromWire(readingToWire(reading)))).toEqual(readings);
      }),
    );
  });

  it('never throws, and never accepts what the model forbids, whatever is done to the bytes', () => {
    const mutation = fc.record({
      kind: fc.constantFrom('flip', 'cut', 'insert', 'swap', 'repeat'),
      at: fc.nat(2_000),
      byte: fc.nat(255),
      token: fc.constantFrom(
        'null',
        'NaN',
        '-1',
        '1e999',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '\\u0000',
        '"seq":1,',
        '/',
      ),
    });
    fc.assert(
      fc.property(
        fc.array(pumpReading(T0), { minLength: 1, maxLength: 4 }),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        (readings, mutations) => {
          let bytes = Buffer.from(encodeReadings('boot-1', readings));
          for (const { kind, at, byte, token } of mutations) {
            const place = at % (bytes.length + 1);
            const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place)];
            if (kind === 'flip') bytes = Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
            else if (kind === 'cut') bytes = Buffer.concat([head, tail.subarray(byte)]);
            else if (kind === 'insert') bytes = Buffer.concat([head, Buffer.from(token), tail]);
            else if (kind === 'swap') bytes = Buffer.concat([tail, head]);
            else bytes = Buffer.concat([head, head, tail]);
          }
          expectNothingForbidden(decode(bytes));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('takes any bytes and any topic without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' }), (bytes, topic) => {
        expectNothingForbidden(decode(bytes));
        expectNothingForbidden(decodeHubMessage(topic, bytes, wallMs(T0)));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), fc.json(), (a, b) => {
        expectNothingForbidden(decode(a));
        expectNothingForbidden(decode(`{"boot":"b","readings":[${a},${b}]}`));
        expectNothingForbidden(decode(a, 'infusion/v1/hub-1/status'));
      }),
      { numRuns: 1_000 },
    );
  });

  it('is quick on text made to be slow', () => {
    for (const text of ['['.repeat(260_000), '"'.repeat(260_000), '\\"'.repeat(130_000), '{"a":'.repeat(50_000)]) {
      expect(decode(text)).toMatchObject({ kind: 'refused' });
      const wrapped = decode(`{"boot":"b","readings":[${text}]}`);
      expect(wrapped.kind === 'readings' ? wrapped.accepted : []).toEqual([]);
    }
  });
});

/** Written from the contract, apart from the schema under test. */
function expectNothingForbidden(message: HubMessage): void {
  if (message.kind === 'refused') {
    expect(Object.keys(refusalCodes)).toContain(message.refusal.code);
    return;
  }
  expect(isWireId(message.hub)).toBe(true);
  if (message.kind === 'status') {
    expect(isWireId(message.status.boot)).toBe(true);
    return;
  }
  expect(isWireId(message.pump) && isWireId(message.boot)).toBe(true);
  for (const { code } of message.refused) expect(Object.keys(refusalCodes)).toContain(code);
  for (const { seq, atMs, wire } of message.accepted) {
    const reading = parseWireReading(wire);
    expect(reading.seq).toBe(seq);
    expect(Number.isSafeInteger(seq) && seq >= 0).toBe(true);
    expect(atMs).toBe(reading.atMs);
    expect(atMs >= Date.UTC(2000, 0, 1) && atMs <= T0 + 366 * 86_400_000).toBe(true);
    expect(pumpStates).toContain(reading.state);
    for (const value of Object.values(reading)) {
      expect(value).not.toBeNull();
      if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
    }
    const {
      rateMlH = 0,
      programmedRateMlH = 0,
      infusedMl = 0,
      remainingMl = 0,
      reservoirMl = 0,
      batteryPct = 0,
    } = reading;
    for (const value of [rateMlH, programmedRateMlH, infusedMl, remainingMl, reservoirMl, batteryPct]) {
      expect(value).toBeGreaterThanOrEqual(0);
    }
    expect(batteryPct).toBeLessThanOrEqual(100);
  }
}
