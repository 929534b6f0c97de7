import type { Clock } from '#kernel/clock.ts';
import type { HubTransport, Link, LinkRequest } from '#uplink/transport.ts';

/** What went over a transport since the last look. Times from publish to acknowledgement, ms. */
export interface Metered {
  readonly sent: number;
  readonly acknowledged: number;
  readonly inFlight: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Counts and times what passes through another transport. */
export class MeteredTransport implements HubTransport {
  readonly #inner: HubTransport;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #latencies: number[] = [];
  #sent = 0;
  #acknowledged = 0;
  #failed = 0;

  constructor(inner: HubTransport, clock: Pick<Clock, 'monotonic'>) {
    this.#inner = inner;
    this.#clock = clock;
  }

  /** Totals, and the times since the last look. */
  look(): Metered {
    const sorted = Float64Array.from(this.#latencies).sort();
    this.#latencies = [];
    const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
    return {
      sent: this.#sent,
      acknowledged: this.#acknowledged,
      inFlight: this.#sent - this.#acknowledged - this.#failed,
      p50Ms: rank(0.5),
      p99Ms: rank(0.99),
    };
  }

  async open(request: LinkRequest, signal?: AbortSignal): Promise<Link> {
    const link = await this.#inner.open(request, signal);
    return {
      publish: (topic, payload, retain) => this.#publish(link, topic, payload, retain),
      close: () => link.close(),
      cut: () => link.cut(),
    };
  }

  async #publish(link: Link, topic: string, payload: string, retain: boolean): Promise<void> {
    const began = this.#clock.monotonic();
    this.#sent += 1;
    try {
      await link.publish(topic, payload, retain);
      this.#acknowledged += 1;
      this.#latencies.push(this.#clock.monotonic() - began);
    } catch (error) {
      this.#failed += 1;
      throw error;
    }
  }
}
