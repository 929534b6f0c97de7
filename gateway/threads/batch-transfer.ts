import type { Inbound, InboundRefusal } from '#codec/inbound.ts';
import { type WallMs, wallMs } from '#kernel/time.ts';
import type { StatusCause } from '#model/journal-entry.ts';

/** A batch laid out for another thread: one buffer that is handed over, not copied, and short lists beside it. */
export interface PackedBatch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly lengths: Uint32Array;
  readonly receivedAt: Float64Array;
  readonly topics: readonly string[];
  /** Only those that are not `said`, by place. */
  readonly causes: ReadonlyMap<number, StatusCause>;
  readonly refusals: ReadonlyMap<number, InboundRefusal>;
}

export function packBatch(batch: readonly Inbound[]): PackedBatch {
  const lengths = new Uint32Array(batch.length);
  const receivedAt = new Float64Array(batch.length);
  const topics: string[] = [];
  const causes = new Map<number, StatusCause>();
  const refusals = new Map<number, InboundRefusal>();
  let total = 0;
  for (const inbound of batch) if (inbound.kind === 'message') total += inbound.payload.length;
  const bytes = new Uint8Array(total);
  let at = 0;
  for (const [place, inbound] of batch.entries()) {
    receivedAt[place] = inbound.receivedAt;
    topics.push(inbound.topic);
    if (inbound.kind === 'refusal') {
      refusals.set(place, inbound);
      continue;
    }
    bytes.set(inbound.payload, at);
    at += inbound.payload.length;
    lengths[place] = inbound.payload.length;
    if (inbound.cause !== 'said') causes.set(place, inbound.cause);
  }
  return { bytes, lengths, receivedAt, topics, causes, refusals };
}

export function unpackBatch(packed: PackedBatch): Inbound[] {
  let at = 0;
  return packed.topics.map((topic, place) => {
    const refusal = packed.refusals.get(place);
    if (refusal) return refusal;
    const end = at + (packed.lengths[place] ?? 0);
    const payload = packed.bytes.subarray(at, end);
    at = end;
    const receivedAt: WallMs = wallMs(packed.receivedAt[place] ?? 0);
    return { kind: 'message', topic, payload, receivedAt, cause: packed.causes.get(place) ?? 'said' };
  });
}
