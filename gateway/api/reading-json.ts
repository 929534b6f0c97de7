import type { ReadingEntry } from '#model/journal-entry.ts';

/** What the gateway says of a reading. A hub may send unknown fields of these names; they never take their place. */
const envelopeFields: ReadonlySet<string> = new Set(['offset', 'hub', 'pump', 'boot', 'received_at']);

/**
 * One reading as JSON text: the gateway's fields, then the wire fields as they were sent, to the last digit of numbers
 * that JavaScript would round.
 */
export function readingJson(entry: ReadingEntry): string {
  const { offset, hub, pump, boot, receivedAt } = entry;
  const envelope = JSON.stringify({ offset, hub, pump, boot, received_at: receivedAt });
  const fields = wireFields(entry.wire);
  return fields === '' ? envelope : `${envelope.slice(0, -1)},${fields}}`;
}

/** The inside of the wire object. Rebuilt only when a field must be left out. */
function wireFields(wire: string): string {
  const parsed: unknown = JSON.parse(wire);
  if (typeof parsed !== 'object' || parsed === null) return '';
  const names = Object.keys(parsed);
  if (names.length === 0) return '';
  const text = names.some((name) => envelopeFields.has(name))
    ? JSON.stringify(Object.fromEntries(Object.entries(parsed).filter(([name]) => !envelopeFields.has(name))))
    : wire.trim();
  return text.slice(1, -1);
}
