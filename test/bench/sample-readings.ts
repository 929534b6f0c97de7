import { encodeReadings } from '#codec/hub-json.ts';
import type { InboundMessage } from '#codec/inbound.ts';
import { readingsTopic } from '#codec/topics.ts';
import { wallMs } from '#kernel/time.ts';
import type { PumpReading } from '#model/reading.ts';

/** A pump that infuses, as it reports with all its fields. */
export const sampleReading = (seq: number, atMs: number): PumpReading => ({
  seq,
  atMs,
  state: 'infusing',
  infusion: 'bench',
  drug: 'J2260',
  rateMlH: 7.9,
  programmedRateMlH: 7.9,
  infusedMl: 12.5,
  remainingMl: 87.5,
  reservoirMl: 87.5,
  pressureMmHg: 31 + (seq % 7),
  pressureLimitMmHg: 563,
  batteryPct: 88,
  onMains: true,
  alarms: [],
});

/** A message of pump number `pump` with `count` readings from `seq` on, `stepMs` apart. */
export function sampleMessage(pump: number, seq: number, count: number, atMs: number, stepMs: number): InboundMessage {
  const readings = Array.from({ length: count }, (_, i) => sampleReading(seq + i, atMs + i * stepMs));
  const payload = Buffer.from(encodeReadings(`boot-${pump}`, readings));
  const receivedAt = wallMs(atMs + count * stepMs);
  return { kind: 'message', topic: readingsTopic(`hub-${pump}`, `pump-${pump}`), payload, receivedAt, cause: 'said' };
}
