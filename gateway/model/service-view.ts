import type { ServiceContent } from './benefit-facts.ts';
import type { ServiceKind } from './service-record.ts';

/** By whom a service was signed. The seal of its entry in the chain covers both. */
export type Signature = {
  readonly by: string;
  readonly credential: string;
  /** Unix ms. */
  readonly at: number;
};

/** By which way a fact came. */
export const factSources = ['api', 'import', 'console'] as const;
export type FactSource = (typeof factSources)[number];

/** A service as people see it, whether an alert's handling made it or somebody recorded it. */
export interface ServiceView {
  readonly id: string;
  readonly version: number;
  readonly kind: ServiceKind;
  readonly patient: string | null;
  readonly pump: string | null;
  readonly hub: string | null;
  readonly alert: string | null;
  readonly performer: string;
  readonly credential: string | null;
  readonly action: string | null;
  /** Unix ms. */
  readonly start: number;
  /** Null while it goes on. */
  readonly end: number | null;
  readonly durationMs: number | null;
  readonly place: string;
  readonly channel: string | null;
  readonly need: string | null;
  readonly planItem: string | null;
  readonly finding: string | null;
  readonly pumpRateVerified: boolean | null;
  readonly evidence: ServiceContent['evidence'];
  readonly signature: Signature | null;
  readonly correctedBecause: string | null;
  readonly covered: true;
  /** Paid inside the single payment of an infusion drug administration calendar day, never on its own. */
  readonly bundled: boolean;
  readonly separatelyPayable: false;
  readonly citation: string;
  readonly hash: string | null;
}
