import type { AlarisMessage } from '#codec/pumps/alaris/message.ts';
import { alarisReply } from '#codec/pumps/alaris/replies.ts';
import type { FrameDecoder } from '#codec/pumps/frame-event.ts';
import { ne1000Reply } from '#codec/pumps/ne1000/replies.ts';
import { pumpProtocols } from '#codec/pumps/protocols.ts';
import type { TerumoStatus } from '#codec/pumps/terumo/message.ts';
import { terumoStatusReply } from '#codec/pumps/terumo/replies.ts';
import { encodeSerialFrame, SerialFrameDecoder } from '#codec/serial-frame.ts';
import { type Bench, median, type Row, whole } from './bench.ts';
import { sampleMessage } from './sample-readings.ts';

const ROUNDS = 7;
const FRAMES = 20_000;
/** As a serial port hands them over. */
const CHUNK_BYTES = 64;
const HUNDREDTH = 100;

const dispensed = { status: 'infusing', says: { says: 'dispensed', infusedMl: 12.34, withdrawnMl: 0 } } as const;
const infusion: AlarisMessage = {
  says: 'infusion',
  serial: '8002-51740',
  alarming: false,
  mode: 'SET',
  rateMlH: 5,
  infusedMl: 1.25,
  pressureMmHg: 17.91,
  remainingS: 3_600,
};
const status: TerumoStatus = {
  software: '4.03',
  state: 'start',
  alarms: ['occlusion'],
  batteryBars: 5,
  onMains: true,
  occlusionPct: 75,
  alarmSounds: true,
  keypadLocked: false,
  plungerSet: true,
  syringeMl: 50,
  rateMlH: 5,
  deliveredMl: 2.5,
  vtbiMl: 20,
};

export const protocols: Bench = {
  name: 'protocols',
  how:
    `Bytes of a serial line to frames, one thread, ${whole(FRAMES)} frames in chunks of ${CHUNK_BYTES} bytes, medians of ${ROUNDS} rounds. ` +
    'Noisy: each hundredth frame has a flipped bit.',
  run: async () => [
    ['protocol', 'bytes a frame', 'frames/s', 'noisy, frames/s'],
    row('ne1000', ne1000Reply(0, dispensed, 'basic'), pumpProtocols['ne1000'].decoder),
    row('ne1000-safe', ne1000Reply(0, dispensed, 'safe'), pumpProtocols['ne1000-safe'].decoder),
    row('alaris-asena', alarisReply(infusion), pumpProtocols['alaris-asena'].decoder),
    row('terumo-te', terumoStatusReply('000100700000001201000001', 1, status), pumpProtocols['terumo-te'].decoder),
    row('slip, one reading', slipFrame(), () => new SerialFrameDecoder()),
  ],
};

function slipFrame(): Uint8Array {
  const { payload } = sampleMessage(1, 0, 1, 1_772_323_200_000, 10);
  return encodeSerialFrame({ type: 'R', id: 1, payload });
}

function row<F>(
  name: string,
  frame: Uint8Array,
  decoder: () => Pick<FrameDecoder<F>, 'push'> | SerialFrameDecoder,
): Row {
  const good = Buffer.concat(Array.from({ length: FRAMES }, () => frame));
  const bad = Uint8Array.from(good);
  for (let nth = 0; nth < FRAMES; nth += HUNDREDTH) {
    const at = nth * frame.length + (frame.length >> 1);
    bad[at] = (bad[at] ?? 0) ^ 1;
  }
  return [name, whole(frame.length), whole(framesPerSecond(good, decoder)), whole(framesPerSecond(bad, decoder))];
}

function framesPerSecond(
  bytes: Uint8Array,
  decoder: () => { push(chunk: Uint8Array): readonly { ok: boolean }[] },
): number {
  const rates = Array.from({ length: ROUNDS }, () => {
    const reader = decoder();
    const began = performance.now();
    let frames = 0;
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      for (const event of reader.push(bytes.subarray(from, from + CHUNK_BYTES))) if (event.ok) frames += 1;
    }
    return (1_000 * frames) / (performance.now() - began);
  });
  return median(rates);
}
