/**
 * Pieces of InfluxDB line protocol text. Source of the rules: InfluxDB 1.x line protocol reference, tried against
 * InfluxDB 1.6.7.
 */

const plain = /^[A-Za-z0-9._-]+$/;
const NANOS_PER_MS = 1_000_000;

/**
 * A tag value, or undefined where a tag cannot hold anything of the text. Line protocol has no way to write a line
 * break in a tag or a backslash at its end: breaks and other control characters become spaces, trailing backslashes go.
 */
export function tagValue(text: string): string | undefined {
  if (plain.test(text)) return text;
  const writable = withoutControls(text).replace(/[\s\\]+$/u, '');
  return writable === '' ? undefined : writable.replace(/[,= ]/g, '\\$&');
}

/** `,key=value`, or nothing when the text is absent or leaves no tag. */
export function tag(key: string, text: string | null | undefined): string {
  if (text === null || text === undefined) return '';
  const value = tagValue(text);
  return value === undefined ? '' : `,${key}=${value}`;
}

/** A string field's value with its quotes. Line breaks may stay: within quotes they do not end the line. */
export function fieldString(text: string): string {
  return plain.test(text) ? `"${text}"` : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** `,key=1.5`, or nothing when not measured. Always a float to InfluxDB, for it carries no `i`. */
export function floatField(key: string, value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '' : `,${key}=${value}`;
}

/**
 * Nanoseconds from the start of the millisecond, 0 to 999,999: a start that depends on the boot, plus `seq`. Readings of
 * one boot within one millisecond differ while their `seq` are less than a million apart. The start keeps apart two boots
 * of a hub without a battery clock, which both begin at the same instant with `seq` 0.
 */
export function subMillisecond(boot: string, seq: number): number {
  return ((fnv1a(boot) % NANOS_PER_MS) + (seq % NANOS_PER_MS)) % NANOS_PER_MS;
}

/** Unix ms and nanoseconds within it as one decimal integer of nanoseconds. Exact: no double holds such a number. */
export function nanoTime(atMs: number, nanos: number): string {
  const wholeMs = Math.floor(atMs);
  if (wholeMs > 0) return `${wholeMs}${String(nanos).padStart(6, '0')}`;
  return String(BigInt(wholeMs) * BigInt(NANOS_PER_MS) + BigInt(nanos));
}

/** FNV-1a, 32 bit, over UTF-16 units. Spreads ids; keeps no secret. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Control characters become spaces: C0, DEL, C1 and the two Unicode line separators. */
function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
