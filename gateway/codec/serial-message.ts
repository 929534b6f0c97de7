import { isWireId } from '#kernel/ids.ts';
import { salvageEnvelope } from './hub-message.ts';
import { outlineJson } from './json-text.ts';
import type { Refusal, RefusalCode } from './refusal.ts';
import { readingsTopic, statusTopic } from './topics.ts';

/** Where the message of a frame belongs. The payload itself is that of MQTT with `hub` and `pump` in it. */
export type SerialAddress =
  | { readonly ok: true; readonly hub: string; readonly topic: string }
  | { readonly ok: false; readonly hub: string | null; readonly pump: string | null; readonly refusal: Refusal };

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The topic on which the payload of an `R` or `S` frame would have come over MQTT. Pure; never throws. Only hub and pump
 * are looked at: one broken reading does not keep its neighbours from being read, and all else is checked with the message.
 */
export function addressOfFrame(type: 'R' | 'S', payload: Uint8Array): SerialAddress {
  let text: string;
  try {
    text = utf8.decode(payload);
  } catch {
    return refused('not-utf8', 'send UTF-8');
  }
  const value = parse(text) ?? salvageEnvelope(text, outlineJson(text));
  if (value === undefined) return refused('not-json', 'the text cannot be parsed');
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused('not-an-object', 'send the JSON of the contract with hub and pump');
  }
  const hub = 'hub' in value ? value.hub : undefined;
  const hubProblem = idProblem(hub, 'bad-hub-id');
  if (typeof hub !== 'string' || hubProblem) return refused(hubProblem ?? 'wrong-type', 'hub');
  if (type === 'S') return { ok: true, hub, topic: statusTopic(hub) };
  const pump = 'pump' in value ? value.pump : undefined;
  const pumpProblem = idProblem(pump, 'bad-pump-id');
  if (typeof pump !== 'string' || pumpProblem) return refused(pumpProblem ?? 'wrong-type', 'pump', hub);
  return { ok: true, hub, topic: readingsTopic(hub, pump) };
}

function idProblem(value: unknown, badId: RefusalCode): RefusalCode | undefined {
  if (value === undefined) return 'missing-field';
  if (typeof value !== 'string') return 'wrong-type';
  return isWireId(value) ? undefined : badId;
}

const refused = (code: RefusalCode, detail: string, hub: string | null = null): SerialAddress => ({
  ok: false,
  hub,
  pump: null,
  refusal: { code, detail },
});

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
