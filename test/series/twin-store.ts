import { GatewayError } from '#kernel/errors.ts';
import type { SeriesStore } from '#series/series-store.ts';

/** A store in memory that behaves as told: keeps each line once, as InfluxDB keeps a point once. */
export class TwinStore implements Pick<SeriesStore, 'write' | 'holds'> {
  /** Lines it holds. */
  readonly held = new Set<string>();
  /** Size of each request, refused ones too. */
  readonly requests: number[] = [];
  /** Asked before each write; what it throws is what the caller gets. */
  mood: (lines: readonly string[]) => void | Promise<void> = () => {};

  async write(lines: readonly string[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.requests.push(lines.length);
    await this.mood(lines);
    signal.throwIfAborted();
    for (const line of lines) this.held.add(line);
  }

  async holds(line: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    return this.held.has(line);
  }
}

export const unavailable = (): GatewayError => new GatewayError('peer-unavailable', 'Write: 503 busy');
export const denied = (): GatewayError => new GatewayError('peer-denied', 'Write: 401 who are you');
export const refused = (why = '400 bad line'): GatewayError => new GatewayError('peer-refused', `Write: ${why}`);
