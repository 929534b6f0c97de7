import type { Alert, AlertEvent } from './alert.ts';
import type { Delivery, Page } from './paging.ts';

/** A journal entry that is behind an alert, as it was sent. Instants are Unix ms. */
export interface Evidence {
  readonly offset: number;
  readonly kind: 'reading' | 'status';
  readonly hub: string;
  readonly pump: string | null;
  readonly boot: string;
  /** By the hub's clock. */
  readonly at: number;
  readonly receivedAt: number;
  /** The JSON that the hub sent, unknown fields included. */
  readonly told: string;
}

/** By what an alert is raised. */
export interface AppliedRule {
  /** `pump`: the pump declared it; `readings`, `silence`: derived from them; `gateway`: a part of the gateway told it. */
  readonly source: 'pump' | 'readings' | 'silence' | 'gateway';
  /** Code of IEEE 11073-10101, null where there is none. */
  readonly mdcCode: number | null;
  /** Version of the policy whose numbers were used. */
  readonly policy: string;
}

/** All that is known of how one alert came about and what became of it. */
export interface Explanation {
  readonly alert: Alert;
  readonly rule: AppliedRule;
  readonly timeline: readonly AlertEvent[];
  readonly evidence: readonly Evidence[];
  readonly pages: readonly Page[];
  /** How far each message got. */
  readonly deliveries: readonly Delivery[];
}
