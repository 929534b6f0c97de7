import type { InboundMessage } from '#codec/inbound.ts';
import { readingsTopic, statusTopic } from '#codec/topics.ts';
import { wallMs } from '#kernel/time.ts';

/** 2026-03-01T00:00:00Z, the moment at which most tests begin. */
export const T0 = 1_772_323_200_000;

export const reading = (seq: number, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  seq,
  at: T0 + seq * 10_000,
  state: 'infusing',
  rate_ml_h: 9,
  pressure_mmhg: 40,
  pressure_limit_mmhg: 500,
  alarms: [],
  ...more,
});

export function readingsMessage(
  hub: string,
  pump: string,
  boot: string,
  readings: readonly unknown[],
  receivedAt = T0,
): InboundMessage {
  return message(readingsTopic(hub, pump), JSON.stringify({ boot, readings }), receivedAt);
}

export function statusMessage(hub: string, state: string, boot = 'boot-1', receivedAt = T0): InboundMessage {
  return message(statusTopic(hub), JSON.stringify({ state, boot, at: receivedAt }), receivedAt);
}

export function message(topic: string, payload: string | Uint8Array, receivedAt = T0): InboundMessage {
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return { kind: 'message', topic, payload: bytes, receivedAt: wallMs(receivedAt), cause: 'said' };
}
