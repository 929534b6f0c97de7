import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSerialFrame, headOfDiscarded } from '#codec/serial-frame.ts';
import { addressOfFrame } from '#codec/serial-message.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the address in a frame', () => {
  it.each([
    ['R', '{"hub":"h1","pump":"p1","boot":"b","readings":[{"seq":0}]}', 'infusion/v1/h1/p1/readings'],
    ['R', '{"boot":"b","readings":[{"seq":0}],"pump":"p1","hub":"h1"}', 'infusion/v1/h1/p1/readings'],
    // One reading that cannot be parsed must not hide where the others belong.
    ['R', '{"hub":"h1","pump":"p1","boot":"b","readings":[{"seq":0},{"seq":tru}]}', 'infusion/v1/h1/p1/readings'],
    ['S', '{"hub":"h1","state":"online","boot":"b","at":1}', 'infusion/v1/h1/status'],
    ['S', '{"hub":"h1","pump":"p1","state":"online","boot":"b","at":1}', 'infusion/v1/h1/status'],
  ] as const)('%s %s', (type, text, topic) => {
    expect(addressOfFrame(type, bytes(text))).toEqual({ ok: true, hub: 'h1', topic });
  });

  it.each([
    ['R', '{"pump":"p1"}', 'missing-field', 'hub', null],
    ['R', '{"hub":"h1"}', 'missing-field', 'pump', 'h1'],
    ['R', '{"hub":7,"pump":"p1"}', 'wrong-type', 'hub', null],
    ['R', '{"hub":"h1","pump":null}', 'wrong-type', 'pump', 'h1'],
    ['R', '{"hub":"h/1","pump":"p1"}', 'bad-hub-id', 'hub', null],
    ['R', '{"hub":"h1","pump":"+"}', 'bad-pump-id', 'pump', 'h1'],
    ['S', '{"state":"online"}', 'missing-field', 'hub', null],
    ['S', '[]', 'not-an-object', 'send the JSON of the contract with hub and pump', null],
    ['S', 'null', 'not-an-object', 'send the JSON of the contract with hub and pump', null],
    ['S', '{"hub":', 'not-json', 'the text cannot be parsed', null],
    ['S', '', 'not-json', 'the text cannot be parsed', null],
  ] as const)('%s %s is refused: %s', (type, text, code, detail, hub) => {
    expect(addressOfFrame(type, bytes(text))).toEqual({ ok: false, hub, pump: null, refusal: { code, detail } });
  });

  it('never throws', () => {
    expect(addressOfFrame('R', Uint8Array.of(0xff))).toMatchObject({ refusal: { code: 'not-utf8' } });
    const whatever = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.json().map(bytes));
    fc.assert(
      fc.property(fc.constantFrom('R' as const, 'S' as const), whatever, (type, payload) => {
        expect(addressOfFrame(type, payload)).toHaveProperty('ok');
      }),
    );
  });
});

describe('the head of discarded bytes', () => {
  it.each([0, 1, 0xc0, 0xdb, 0xc0db, 0xdbc0, 0xdbdb, 0xffff])('tells the id %i, whatever of it is escaped', (id) => {
    for (const type of ['R', 'S'] as const) {
      // Without the END in front.
      const wire = encodeSerialFrame({ type, id, payload: bytes('{}') }).subarray(1);
      expect(headOfDiscarded(wire)).toEqual({ type, id });
    }
  });

  it('tells nothing of an answer, of noise, or of too few bytes', () => {
    expect(headOfDiscarded(encodeSerialFrame({ type: 'A', id: 1, payload: bytes('') }).subarray(1))).toBeUndefined();
    expect(headOfDiscarded(bytes('AT+RING'))).toBeUndefined();
    expect(headOfDiscarded(bytes('R1'))).toBeUndefined();
    expect(headOfDiscarded(Uint8Array.of(0x52, 0xdb, 0xdb, 0xdb))).toBeUndefined();
  });
});
