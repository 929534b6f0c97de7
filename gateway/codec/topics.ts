import { isWireId } from '#kernel/ids.ts';

/** Everything on the wire lives below this prefix. Design contract §5. */
export const TOPIC_PREFIX = 'infusion/v1';

export const statusTopic = (hub: string): string => `${TOPIC_PREFIX}/${hub}/status`;
export const readingsTopic = (hub: string, pump: string): string => `${TOPIC_PREFIX}/${hub}/${pump}/readings`;
export const commandTopic = (hub: string): string => `${TOPIC_PREFIX}/${hub}/command`;

/** What the gateway listens to on an outside broker. */
export const statusFilter = `${TOPIC_PREFIX}/+/status`;
export const readingsFilter = `${TOPIC_PREFIX}/+/+/readings`;

export type Topic =
  | { readonly kind: 'status'; readonly hub: string }
  | { readonly kind: 'readings'; readonly hub: string; readonly pump: string }
  | { readonly kind: 'command'; readonly hub: string }
  | { readonly kind: 'bad-hub-id' | 'bad-pump-id'; readonly hub: string; readonly pump: string | null }
  | { readonly kind: 'unknown' };

const SHOWN_ID_LENGTH = 80;

/** Reads a topic name (not a filter). Never throws; ids that break the pattern are told apart from unknown topics. */
export function parseTopic(topic: string): Topic {
  const [first, version, hub, ...rest] = topic.split('/');
  if (hub === undefined || `${first}/${version}` !== TOPIC_PREFIX) return { kind: 'unknown' };
  if (rest.length === 1) {
    const kind = rest[0];
    if (kind !== 'status' && kind !== 'command') return { kind: 'unknown' };
    return isWireId(hub) ? { kind, hub } : { kind: 'bad-hub-id', hub: shown(hub), pump: null };
  }
  const [pump, kind] = rest;
  if (rest.length !== 2 || kind !== 'readings' || pump === undefined) return { kind: 'unknown' };
  if (!isWireId(hub)) return { kind: 'bad-hub-id', hub: shown(hub), pump: shown(pump) };
  if (!isWireId(pump)) return { kind: 'bad-pump-id', hub, pump: shown(pump) };
  return { kind, hub, pump };
}

/** A refused id, short enough and safe to keep beside the refusal. */
const shown = (id: string): string => id.slice(0, SHOWN_ID_LENGTH).toWellFormed();
