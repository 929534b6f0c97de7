import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { encodeSerialFrame, SerialFrameDecoder, type SerialFrameType } from '#codec/serial-frame.ts';
import { MAX_MESSAGE_BYTES } from '#codec/wire-schema.ts';
import { Admission } from '#intake/admission.ts';
import { SerialLine } from '#intake/serial-line.ts';
import type { ByteLink } from '#intake/serial-link.ts';
import { SerialRefusals } from '#intake/serial-refusals.ts';
import { seconds } from '#kernel/time.ts';
import { VirtualClock } from '#kernel/virtual-clock.ts';
import { reading, T0 } from '#support/hub-messages.ts';
import { HeldJournal } from '#support/journal-port.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const frame = (type: SerialFrameType, id: number, payload: unknown): Uint8Array =>
  encodeSerialFrame({ type, id, payload: bytes(typeof payload === 'string' ? payload : JSON.stringify(payload)) });
const readings = (id: number, seq: number, pump = 'pump-1'): Uint8Array =>
  frame('R', id, { hub: 'hub-1', pump, boot: 'boot-1', readings: [reading(seq)] });

/** The far end of a line that exists in memory only. */
class FarEnd implements ByteLink {
  readonly answers: string[] = [];
  readonly #decoder = new SerialFrameDecoder();
  paused = false;

  write(wire: Uint8Array): void {
    for (const event of this.#decoder.push(wire)) {
      expect(event.ok).toBe(true);
      if (event.ok)
        this.answers.push(`${event.frame.type}${event.frame.id} ${Buffer.from(event.frame.payload)}`.trim());
    }
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  async close(): Promise<void> {}
}

describe('a serial line', () => {
  let disk: HeldJournal;
  let clock: VirtualClock;
  let admission: Admission;
  let far: FarEnd;
  let line: SerialLine;
  let refusals: SerialRefusals;
  let discarded: number;
  let frames: number;

  const open = (mayReport: (hub: string) => boolean = () => true, maxWaitingBytes = 1e6) => {
    discarded = 0;
    frames = 0;
    disk = new HeldJournal();
    clock = new VirtualClock(T0);
    admission = new Admission(disk, clock, () => {}, { maxWaitingBytes, maxBatchMessages: 1_000 });
    far = new FarEnd();
    refusals = new SerialRefusals('/dev/x', admission, clock);
    line = new SerialLine(far, {
      admission,
      clock,
      refusals,
      mayReport,
      onFrame: () => {
        frames += 1;
      },
      onDiscarded: (count) => {
        discarded += count;
      },
    });
  };
  beforeEach(() => open());

  const quarantine = () =>
    disk.journal.quarantinePage(0, 100).quarantine.map(({ topic, code, detail }) => [topic, code, detail].join(' | '));
  const stored = () => disk.journal.page(null, 0, 1_000).readings.map(({ reading: { seq } }) => seq);

  it('acknowledges after the commit, and not before', async () => {
    disk.held = true;
    line.received(readings(7, 0));
    await clock.advance(seconds(1));
    expect(far.answers).toEqual([]);
    disk.release();
    await admission.drained();
    expect(far.answers).toEqual(['A7']);
    expect(stored()).toEqual([0]);
  });

  it('acknowledges a repeated frame again and stores it once', async () => {
    line.received(readings(7, 0));
    line.received(readings(7, 0));
    await admission.drained();
    expect(far.answers).toEqual(['A7', 'A7']);
    expect(stored()).toEqual([0]);
  });

  it('takes a status', async () => {
    line.received(frame('S', 1, { hub: 'hub-1', state: 'online', boot: 'boot-1', at: T0 }));
    await admission.drained();
    expect(far.answers).toEqual(['A1']);
    expect(disk.journal.readAfter(0, 10)).toMatchObject([{ kind: 'status', hub: 'hub-1', cause: 'said' }]);
  });

  it('says why when the disk refuses, and stores what is repeated later', async () => {
    disk.broken = true;
    line.received(readings(7, 0));
    await admission.drained();
    line.received(readings(7, 0));
    expect(far.answers).toEqual(['N7 storage-refused', 'N7 storage-refused']);
    disk.broken = false;
    await clock.advance(seconds(2));
    line.received(readings(7, 0));
    await admission.drained();
    expect(far.answers.at(-1)).toBe('A7');
    expect(stored()).toEqual([0]);
  });

  it('acknowledges what it refuses for its content once that is on record, and takes what comes with it', async () => {
    line.received(frame('R', 1, { pump: 'pump-1', boot: 'b', readings: [reading(0)] }));
    line.received(frame('R', 2, { hub: 'hub-1', pump: 'pump-1', boot: 'b', readings: [reading(1), { seq: -1 }] }));
    line.received(frame('R', 3, '{"hub":"hub-1","pump":"pump-1","boot":"b","readings":[{"seq":tru}]}'));
    await admission.drained();
    expect(far.answers).toEqual(['A1', 'A2', 'A3']);
    expect(stored()).toEqual([1]);
    const topic = 'infusion/v1/hub-1/pump-1/readings';
    expect(quarantine()).toEqual([
      'serial R | missing-field | hub',
      `${topic} | missing-field | reading 1: at, state`,
      `${topic} | not-json | reading 0`,
    ]);
  });

  it('leaves a hub that may not report its readings, and tells both sides', async () => {
    open((hub) => hub !== 'hub-1');
    line.received(readings(7, 0));
    await admission.drained();
    expect(far.answers).toEqual(['N7 forbidden-topic']);
    expect(stored()).toEqual([]);
    expect(quarantine()).toEqual([expect.stringMatching(/^serial \/dev\/x \| forbidden-topic \| /)]);
  });

  it('answers a frame over 256 KiB with the reason, and goes on after it', async () => {
    const wire = frame('R', 513, 'x'.repeat(MAX_MESSAGE_BYTES));
    // Noise in the middle of a frame of the largest size: too long for any frame.
    const tooLong = [wire.subarray(0, -1), new Uint8Array(MAX_MESSAGE_BYTES + 100).fill(120), wire.subarray(-1)];
    for (const part of tooLong) line.received(part);
    line.received(readings(8, 0));
    await admission.drained();
    expect(far.answers).toEqual(['N513 message-too-large', 'A8']);
    expect(quarantine()).toEqual([expect.stringMatching(/message-too-large \| too-long: 1 times, \d{6} bytes$/)]);
  });

  it('throws away echoes of its own answers and asks nothing back', async () => {
    line.received(frame('A', 1, ''));
    line.received(frame('N', 2, 'no'));
    await admission.drained();
    expect(far.answers).toEqual([]);
    expect(frames).toBe(0);
    expect(quarantine()).toEqual([expect.stringContaining('bad-frame | an answer to nothing: 1 times')]);
  });

  it('reports noise at once, then gathers it', async () => {
    line.received(Uint8Array.of(...bytes('AT+RING'), 0xc0));
    for (let i = 0; i < 500; i += 1) line.received(Uint8Array.of(1, 2, 3, 0xc0));
    await admission.drained();
    expect(quarantine()).toEqual(['serial /dev/x | bad-frame | bad-crc: 1 times, 7 bytes']);
    await clock.advance(seconds(10));
    await admission.drained();
    expect(quarantine()[1]).toBe('serial /dev/x | bad-frame | too-short: 500 times, 1500 bytes');
    refusals.end();
  });

  it('pauses the line while there is no room for the disk, and goes on when there is', async () => {
    open(() => true, 300);
    disk.held = true;
    line.received(readings(1, 0));
    expect([far.paused, line.paused]).toEqual([true, true]);
    await clock.advance(seconds(1));
    disk.release();
    await admission.drained();
    expect([far.paused, line.paused]).toEqual([false, false]);
    expect(far.answers).toEqual(['A1']);
  });

  it('answers nothing on a line that has ended', async () => {
    line.received(readings(1, 0));
    line.received(readings(2, 1).subarray(0, 20));
    line.end();
    await admission.drained();
    expect(far.answers).toEqual([]);
    expect(discarded).toBe(19);
    expect(stored()).toEqual([0]);
  });

  it('loses no whole frame and acknowledges nothing that is none, however bytes are cut and whatever is between', async () => {
    const rubbish = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((noise) => Uint8Array.of(...noise, 0xc0));
    const parts = fc.array(fc.oneof(fc.constant('frame' as const), rubbish), { minLength: 1, maxLength: 20 });
    const chunks = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(parts, chunks, async (sent, sizes) => {
        open();
        let id = 0;
        const wire = Buffer.concat(
          sent.map((part) => {
            if (part !== 'frame') return part;
            id += 1;
            return readings(id, id);
          }),
        );
        for (let at = 0, i = 0; at < wire.length; i += 1) {
          const size = sizes[i % sizes.length] ?? 1;
          line.received(wire.subarray(at, at + size));
          at += size;
        }
        line.received(Uint8Array.of(0xc0));
        await admission.drained();
        const ids = Array.from({ length: id }, (_, i) => i + 1);
        expect(far.answers).toEqual(ids.map((each) => `A${each}`));
        expect(stored()).toEqual(ids);
        expect(discarded > 0).toBe(sent.some((part) => part !== 'frame' && part.some((byte) => byte !== 0xc0)));
        refusals.end();
        await admission.drained();
      }),
      { numRuns: 60 },
    );
  });
});
