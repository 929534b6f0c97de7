import { alarisMessageOf } from './pumps/alaris/message.ts';
import type { FrameEvent } from './pumps/frame-event.ts';
import { ne1000MessageOf } from './pumps/ne1000/message.ts';
import { type PumpProtocolId, pumpProtocolIds, pumpProtocols } from './pumps/protocols.ts';
import { terumoStatusOf } from './pumps/terumo/message.ts';
import { type SerialEvent, SerialFrameDecoder } from './serial-frame.ts';

export const lineProtocolIds = [...pumpProtocolIds, 'slip'] as const;
export type LineProtocolId = PumpProtocolId | 'slip';

/** A frame or discarded bytes as `decode` prints them. docs/protocols.md describes the fields. */
export type DecodedEvent =
  | { readonly ok: true; readonly frame: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly code: string; readonly discarded: string };

/** Bytes of a line, chunk by chunk, to what people look at. */
export interface LineReader {
  push(chunk: Uint8Array): DecodedEvent[];
  end(): DecodedEvent[];
}

export function lineReader(protocol: LineProtocolId): LineReader {
  switch (protocol) {
    case 'slip':
      return reader(new SerialFrameDecoder(), slipEvent);
    case 'ne1000':
    case 'ne1000-safe':
      return reader(
        pumpProtocols[protocol].decoder(),
        framed((frame) => told(frame, ne1000MessageOf(frame))),
      );
    case 'alaris-asena':
      return reader(
        pumpProtocols[protocol].decoder(),
        framed((frame) => told(frame, alarisMessageOf(frame))),
      );
    case 'terumo-te':
      return reader(
        pumpProtocols[protocol].decoder(),
        framed(({ command, ...frame }) => {
          const shown = command && { ...command, data: hexOf(command.data) };
          return told(
            { ...frame, ...(shown && { command: shown }) },
            terumoStatusOf({ ...frame, ...(command && { command }) }),
          );
        }),
      );
  }
}

function reader<E>(
  decoder: { push(chunk: Uint8Array): E[]; end(): E[] },
  show: (event: E) => DecodedEvent,
): LineReader {
  return { push: (chunk) => decoder.push(chunk).map(show), end: () => decoder.end().map(show) };
}

const framed =
  <F>(show: (frame: F) => Readonly<Record<string, unknown>>) =>
  (event: FrameEvent<F>): DecodedEvent =>
    event.ok
      ? { ok: true, frame: show(event.frame) }
      : { ok: false, code: event.code, discarded: hexOf(event.discarded) };

const told = (frame: object, message: object | undefined): Readonly<Record<string, unknown>> => ({
  ...frame,
  ...(message && { message }),
});

function slipEvent(event: SerialEvent): DecodedEvent {
  if (!event.ok) return { ok: false, code: event.code, discarded: hexOf(event.discarded) };
  const { type, id, payload } = event.frame;
  const shown = type === 'N' ? { reason: latin1(payload) } : jsonOf(payload);
  return { ok: true, frame: { type, id, payload: hexOf(payload), ...shown } };
}

function jsonOf(payload: Uint8Array): { readonly json?: unknown } {
  if (payload.length === 0) return {};
  try {
    return { json: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) };
  } catch {
    return {};
  }
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
