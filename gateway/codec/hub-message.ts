import type { WallMs } from '#kernel/time.ts';
import type { HubStatus } from '#model/hub-status.ts';
import { statusFromWire } from './hub-json.ts';
import { countKeys, HOLDS_INFINITY, HOLDS_NULL, type JsonOutline, outlineJson } from './json-text.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import { explainReading, explainStatus } from './refusal-reasons.ts';
import { parseTopic } from './topics.ts';
import {
  envelopeCheck,
  LATEST_AHEAD_MS,
  MAX_MESSAGE_BYTES,
  MAX_READINGS,
  readingCheck,
  statusCheck,
} from './wire-schema.ts';

/** A reading fit to be stored: its identity within pump and boot, its time, and its own text. */
export interface AcceptedReading {
  readonly seq: number;
  readonly atMs: number;
  readonly wire: string;
}

export type HubMessage =
  | {
      readonly kind: 'readings';
      readonly hub: string;
      readonly pump: string;
      readonly boot: string;
      readonly accepted: readonly AcceptedReading[];
      readonly refused: readonly Refusal[];
    }
  | { readonly kind: 'status'; readonly hub: string; readonly status: HubStatus; readonly wire: string }
  | { readonly kind: 'refused'; readonly hub: string | null; readonly pump: string | null; readonly refusal: Refusal };

/** Deeper text has no use here, and would exhaust the stack of whoever walks it. */
const MAX_DEPTH = 32;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Bytes from a hub to a message of the model. Pure; never throws, whatever the bytes. A bad reading is refused alone and
 * its neighbours are accepted; a message whose frame is bad is refused whole.
 */
export function decodeHubMessage(topicName: string, payload: Uint8Array, receivedAt: WallMs): HubMessage {
  const topic = parseTopic(topicName);
  if (topic.kind === 'unknown' || topic.kind === 'command')
    return refused(null, null, 'unknown-topic', 'see the contract');
  if (topic.kind !== 'status' && topic.kind !== 'readings') {
    return refused(topic.hub, topic.pump, topic.kind, 'ids match [A-Za-z0-9][A-Za-z0-9._-]{0,63}');
  }
  const pump = topic.kind === 'readings' ? topic.pump : null;
  if (payload.length > MAX_MESSAGE_BYTES) {
    return refused(topic.hub, pump, 'message-too-large', `${payload.length} bytes`);
  }
  const text = decodeText(payload);
  if (text === null) return refused(topic.hub, pump, 'not-utf8', 'send UTF-8');
  if (topic.kind === 'status') return decodeStatus(topic.hub, text, receivedAt);
  return decodeReadings(topic.hub, topic.pump, text, receivedAt);
}

function decodeReadings(hub: string, pump: string, text: string, receivedAt: WallMs): HubMessage {
  const outline = outlineJson(text);
  if (outline.maxDepth > MAX_DEPTH) return refused(hub, pump, 'too-deep', 'the message itself');
  const whole = parseJson(text);
  const clean = whole !== undefined && countKeys(whole) === outline.members;
  const envelope = clean ? whole : salvageEnvelope(text, outline);
  if (envelope === undefined) return refused(hub, pump, 'not-json', 'the text cannot be parsed');
  const problem = clean ? undefined : keyProblem(envelope, envelopeText(text, outline));
  if (problem) return refused(hub, pump, problem, 'in the message itself');
  if (!envelopeCheck.Check(envelope)) return refusedEnvelope(hub, pump, envelope);
  const count = clean ? envelope.readings.length : outline.elements.length;
  if (count === 0) return refused(hub, pump, 'no-readings', 'send 1 to 500 readings');
  if (count > MAX_READINGS) return refused(hub, pump, 'too-many-readings', `${count} readings`);

  const accepted: AcceptedReading[] = [];
  const refusals: Refusal[] = [];
  const latest = receivedAt + LATEST_AHEAD_MS;
  for (let i = 0; i < count; i += 1) {
    const [start, end] = outline.elements[i] ?? [0, 0];
    const wire = text.slice(start, end).trim();
    const value = clean ? envelope.readings[i] : parseJson(wire);
    const badText = clean ? undefined : value === undefined ? 'not-json' : keyProblem(value, wire);
    if (badText) refusals.push({ code: badText, detail: `reading ${i}` });
    else if (readingCheck.Check(value) && value.at <= latest) accepted.push({ seq: value.seq, atMs: value.at, wire });
    else refusals.push(explainReading(value, i));
  }
  return { kind: 'readings', hub, pump, boot: envelope.boot, accepted, refused: refusals };
}

function decodeStatus(hub: string, text: string, receivedAt: WallMs): HubMessage {
  if (outlineJson(text).maxDepth > MAX_DEPTH) return refused(hub, null, 'too-deep', 'the status');
  const value = parseJson(text);
  if (value === undefined) return refused(hub, null, 'not-json', 'the text cannot be parsed');
  const problem = keyProblem(value, text);
  if (problem) return refused(hub, null, problem, 'in the status');
  if (statusCheck.Check(value) && value.at <= receivedAt + LATEST_AHEAD_MS) {
    return { kind: 'status', hub, status: statusFromWire(value), wire: text };
  }
  return { kind: 'refused', hub, pump: null, refusal: explainStatus(value) };
}

/** Null, infinity or a key that stands twice, in a text and what was parsed from it. */
function keyProblem(value: unknown, text: string): RefusalCode | undefined {
  const keys = countKeys(value);
  if (keys === HOLDS_NULL) return 'null-value';
  if (keys === HOLDS_INFINITY) return 'not-finite';
  return keys === outlineJson(text).members ? undefined : 'duplicate-key';
}

/** The message with its readings taken out, so that one broken reading does not take the others with it. */
const envelopeText = (text: string, outline: JsonOutline): string =>
  outline.array[1] < 0 ? text : text.slice(0, outline.array[0] + 1) + text.slice(outline.array[1]);

/** The parsed message without its readings, undefined when even that cannot be parsed. */
export function salvageEnvelope(text: string, outline: JsonOutline): unknown {
  return outline.balanced ? parseJson(envelopeText(text, outline)) : undefined;
}

function refusedEnvelope(hub: string, pump: string, envelope: unknown): HubMessage {
  if (typeof envelope !== 'object' || Array.isArray(envelope)) {
    return refused(hub, pump, 'not-an-object', 'send {"boot":…,"readings":[…]}');
  }
  const [first] = envelopeCheck.Errors(envelope);
  if (first?.keyword === 'required') return refused(hub, pump, 'missing-field', 'boot and readings are required');
  if (first?.keyword === 'pattern') return refused(hub, pump, 'bad-id', 'boot');
  return refused(hub, pump, 'wrong-type', first?.instancePath.slice(1) ?? 'the message');
}

const refused = (hub: string | null, pump: string | null, code: RefusalCode, detail: string): HubMessage => ({
  kind: 'refused',
  hub,
  pump,
  refusal: { code, detail },
});

function decodeText(payload: Uint8Array): string | null {
  try {
    return utf8.decode(payload);
  } catch {
    return null;
  }
}

/** `undefined` when the text is not JSON (JSON itself cannot say undefined). */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
