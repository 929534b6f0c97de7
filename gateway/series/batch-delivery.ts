import type { Backoff } from '#kernel/backoff.ts';
import type { Clock } from '#kernel/clock.ts';
import { type ErrorCode, GatewayError, messageOf } from '#kernel/errors.ts';
import { millis } from '#kernel/time.ts';
import { StoreForgot } from './held-check.ts';
import type { LineBatch, LineOrigin } from './series-feed.ts';
import type { SeriesStore } from './series-store.ts';

/** A line that the store refuses whatever comes with it. */
export interface RefusedLine extends LineOrigin {
  readonly measurement: string;
  readonly code: ErrorCode;
  /** The server's words. */
  readonly detail: string;
}

export interface DeliveryWatch {
  /** Lines that are now in the store. */
  written(lines: number): void;
  /** The batch was refused and is tried again in two halves. */
  split(): void;
  /** It must end before the line counts as dealt with. Called again for the same line after a crash. */
  quarantine(line: RefusedLine): Promise<void>;
  /** The store could not take the lines; they are tried again after a wait. */
  failed(error: GatewayError): void;
}

/** Failures after which a part is made smaller: a server may be up and yet too slow, or a proxy too narrow, for all of it. */
const FAILURES_BEFORE_SHRINKING = 3;
const SMALLEST_SHRUNK = 64;

interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * Puts every line of a batch into the store or into quarantine, however long it takes. What the store refuses is halved
 * until the refused line stands alone; lines written twice on the way change nothing there.
 * @throws the signal's reason when aborted, whatever `watch.quarantine` throws, and StoreForgot as `store.write` does.
 */
export async function deliver(
  batch: LineBatch,
  store: Pick<SeriesStore, 'write'>,
  clock: Clock,
  backoff: Backoff,
  watch: DeliveryWatch,
  signal: AbortSignal,
): Promise<void> {
  const todo: Part[] = [{ from: 0, to: batch.lines.length }];
  let failures = 0;
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const size = part.to - part.from;
    if (size === 0) continue;
    const error = await tryWrite(store, batch, part, signal);
    if (error === undefined) {
      failures = 0;
      backoff.reset();
      watch.written(size);
    } else if (error.code === 'peer-refused') {
      backoff.reset();
      if (size === 1) {
        await watch.quarantine(refusedLine(batch, part.from, error));
      } else {
        watch.split();
        todo.push(...halves(part));
      }
    } else {
      failures += 1;
      watch.failed(error);
      const shrink = failures >= FAILURES_BEFORE_SHRINKING && size > SMALLEST_SHRUNK;
      todo.push(...(shrink ? halves(part) : [part]));
      // A server that says when to come again is not asked sooner.
      await clock.sleep(millis(Math.max(backoff.next(), error.retryAfterMs ?? 0)), signal);
    }
  }
}

async function tryWrite(
  store: Pick<SeriesStore, 'write'>,
  { lines }: LineBatch,
  { from, to }: Part,
  signal: AbortSignal,
): Promise<GatewayError | undefined> {
  try {
    await store.write(from === 0 && to === lines.length ? lines : lines.slice(from, to), signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof StoreForgot) throw error;
    return error instanceof GatewayError
      ? error
      : new GatewayError('gateway-fault', messageOf(error), { cause: error });
  }
}

/** The later half first, for parts are taken from the end: lines go out in order. */
function halves({ from, to }: Part): readonly Part[] {
  const middle = (from + to) >>> 1;
  return [
    { from: middle, to },
    { from, to: middle },
  ];
}

function refusedLine({ lines, origins }: LineBatch, index: number, error: GatewayError): RefusedLine {
  const line = lines[index] ?? '';
  const { offset, hub, pump } = origins[index] ?? { offset: 0, hub: null, pump: null };
  return { offset, hub, pump, measurement: /^[^, ]*/.exec(line)?.[0] ?? '', code: error.code, detail: error.detail };
}
