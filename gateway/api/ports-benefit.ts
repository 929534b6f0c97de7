import type { ClaimLineView } from '#model/claim-view.ts';
import type { ComplianceItem } from '#model/compliance-view.ts';
import type { DayView } from '#model/day-view.ts';
import type { FormProblem } from '#model/form-problems.ts';
import type { OtherPayersView } from '#model/other-payers-view.ts';
import type { ServiceView } from '#model/service-view.ts';
import type { MaybePromise } from './ports.ts';

/** The version that the writer saw, and why it is changed. */
export interface CorrectionInput {
  readonly version: number;
  readonly reason: string;
}

export interface ClaimQuery {
  readonly from: string;
  readonly to: string;
  /** Only these; all when absent. */
  readonly patients?: readonly string[];
}

/** What an import did: all of it was recorded, or nothing and these are the problems. */
export type ImportResult = { readonly recorded: number } | { readonly problems: readonly FormProblem[] };

/** What the API needs of the benefit. `person` is the name of whoever acts. */
export interface BenefitPort {
  /** Those of an alert's handling and those that were recorded, in order of beginning. */
  services(patient: string): MaybePromise<readonly ServiceView[]>;
  /** Every version of a recorded service, oldest first. */
  serviceHistory(patient: string, id: string): readonly ServiceView[];
  beginService(patient: string, input: object, person: string): ServiceView;
  correctService(patient: string, id: string, input: object, correction: CorrectionInput, person: string): ServiceView;
  signService(patient: string, id: string, version: number, person: string): ServiceView;
  withdrawService(patient: string, id: string, correction: CorrectionInput, person: string): void;
  /** Decisions of the dates from..to that have a visit, an administration or a service. @throws GatewayError `not-found` */
  days(patient: string, from: string, to: string): Promise<readonly DayView[]>;
  /** @throws GatewayError `not-found` */
  compliance(patient: string): Promise<readonly ComplianceItem[]>;
  /** A day sheet for each date that was decided, as PDF. @throws GatewayError `not-found` */
  packet(patient: string, from: string, to: string): Promise<Buffer>;
  /** @throws GatewayError `not-found` */
  otherPayers(patient: string, from: string, to: string): Promise<OtherPayersView>;
  /** Codes of pumps that are durable medical equipment today. */
  pumpCodes(): readonly string[];
  /** All that the registry knows. */
  patients(): readonly string[];
  claimLines(query: ClaimQuery): Promise<readonly ClaimLineView[]>;
  /** The lines in a format, without recording anything. */
  claimFile(query: ClaimQuery, format: 'csv' | '837p' | 'fhir'): Promise<string>;
  exportClaims(
    query: ClaimQuery,
    format: 'csv' | '837p' | 'fhir',
    person: string,
  ): Promise<{ readonly id: string | null; readonly claims: number; readonly text: string }>;
  /** @throws GatewayError `bad-request` */
  remit(text: string, person: string): { readonly answered: number; readonly unknown: readonly string[] };
  /** @throws GatewayError `not-found`, `action-not-allowed` */
  reopenClaim(claim: string, reason: string, person: string): void;
  /** Facts of any kind and of any number of patients. */
  importFacts(rows: readonly unknown[], person: string): ImportResult;
}
