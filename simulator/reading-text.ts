import { readingToWire } from '#codec/hub-json.ts';
import type { PumpReading } from '#model/reading.ts';

/** A reading as a JSON line: the wire's fields, with hub, pump and boot in front. Detectors read this form. */
export const readingText = (hub: string, pump: string, boot: string, reading: PumpReading): string =>
  `${JSON.stringify({ hub, pump, boot, ...readingToWire(reading) })}\n`;
