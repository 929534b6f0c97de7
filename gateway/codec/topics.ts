import { isWireId, WIRE_ID_PATTERN } from '#kernel/ids.ts';

/** Everything on the wire lives below this prefix. Design contract §5. */
export const TOPIC_PREFIX = 'infusion/v1';

export const statusTopic = (hub: string): string => `${TOPIC_PREFIX}/${hub}/status`;
export const readingsTopic = (hub: string, pump: string): string => `${TOPIC_PREFIX}/${hub}/${pump}/readings`;
export const commandTopic = (hub: string): string => `${TOPIC_PREFIX}/${hub}/command`;

/** What a home hub shows of its alerts: retained, gateway to hub. */
export const alertTopic = (hub: string): string => `${TOPIC_PREFIX}/${hub}/alert`;

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

const id = WIRE_ID_PATTERN.slice(1, -1);
const wellFormed = new RegExp(`^${TOPIC_PREFIX}/(${id})/(?:(${id})/readings|(status|command))$`);

/** Reads a topic name (not a filter). Never throws; ids that break the pattern are told apart from unknown topics. */
export function parseTopic(topic: string): Topic {
  // Each message asks this several times: what is as it should be is told by one look.
  const [, hub, pump, kind] = wellFormed.exec(topic) ?? [];
  if (hub === undefined) return parseOddTopic(topic);
  if (pump !== undefined) return { kind: 'readings', hub, pump };
  return { kind: kind === 'status' ? kind : 'command', hub };
}

/** What is wrong with a topic that is not well-formed: an id in it, or all of it. */
function parseOddTopic(topic: string): Topic {
  const [first, version, hub, ...rest] = topic.split('/');
  if (hub === undefined || `${first}/${version}` !== TOPIC_PREFIX) return { kind: 'unknown' };
  if (rest.length === 1 && (rest[0] === 'status' || rest[0] === 'command')) {
    return { kind: 'bad-hub-id', hub: shown(hub), pump: null };
  }
  const [pump, kind] = rest;
  if (rest.length !== 2 || kind !== 'readings' || pump === undefined) return { kind: 'unknown' };
  return { kind: isWireId(hub) ? 'bad-pump-id' : 'bad-hub-id', hub: shown(hub), pump: shown(pump) };
}

/** A refused id, short enough and safe to keep beside the refusal. */
const shown = (id: string): string => id.slice(0, SHOWN_ID_LENGTH).toWellFormed();
