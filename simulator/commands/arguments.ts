import { InvalidArgumentError } from 'commander';
import { type DurationMs, millis, type WallMs, wallMs } from '#kernel/time.ts';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `2s`, `10m`, `1.5h`, `2d`. */
export function duration(text: string): DurationMs {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : UNITS[unit];
  if (amount === undefined || factor === undefined || Number(amount) === 0) {
    throw new InvalidArgumentError('Write a number and a unit, such as 500ms, 2s, 10m or 1h.');
  }
  return millis(Number(amount) * factor);
}

export function count(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Write a whole number from 1.');
  return value;
}

export function seed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value)) throw new InvalidArgumentError('Write a whole number.');
  return value;
}

export function positive(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Write a number greater than 0.');
  return value;
}

export function notNegative(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('Write a number that is not below 0.');
  }
  return value;
}

/** A factor, or `max` for as fast as the processor can, which comes as infinity. */
export const speed = (text: string): number => (text === 'max' ? Number.POSITIVE_INFINITY : positive(text));

/** An instant such as 2026-01-05T12:00:00Z. */
export function instant(text: string): WallMs {
  const ms = /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('Write an instant with its zone, such as 2026-01-05T12:00:00Z.');
  return wallMs(ms);
}

export function brokerUrl(text: string): string {
  const url = URL.parse(text);
  const known = url && (url.protocol === 'mqtt:' || url.protocol === 'mqtts:') && url.hostname !== '';
  if (!known) throw new InvalidArgumentError('Write mqtt://host:port, or mqtts://host:port for TLS.');
  return text;
}

/** A broker, or a serial line: `serial:/dev/ttyUSB0`, `serial:/dev/ttyUSB0?baud=9600`. */
export function hubUrl(text: string): string {
  if (/^serial:\/[^?]+(?:\?baud=\d+)?$/.test(text)) return text;
  const url = URL.parse(text);
  const known = url && (url.protocol === 'mqtt:' || url.protocol === 'mqtts:') && url.hostname !== '';
  if (known) return text;
  throw new InvalidArgumentError('Write mqtt://host:port, mqtts://host:port for TLS, or serial:/dev/NAME.');
}
