/**
 * Who did what. 45 CFR 164.312(b), audit controls: what happens to patient data, and what is only looked at, is written
 * down. An entry holds ids and no content.
 */

export const auditKinds = ['read', 'write', 'sign-in', 'sign-out', 'refused', 'command'] as const;
/** `refused`: somebody asked for what they may not have, or could not say who they are. `command`: the command line. */
export type AuditKind = (typeof auditKinds)[number];

export type AuditEvent = {
  readonly kind: AuditKind;
  /** The account that acted; null when nobody was signed in. */
  readonly who: string | null;
  readonly role: string | null;
  /** Whose people the account belongs to; null for people of the gateway itself. */
  readonly agency: string | null;
  /** What was called: `POST /api/v1/alerts/:id/ack`, `command claims export`. */
  readonly act: string;
  /** What it was about, as ids: `/api/v1/alerts/01H…/ack`; null when the call names nothing. */
  readonly object: string | null;
  /** HTTP status, or the exit status of a command. */
  readonly outcome: number;
  /** Address of the caller; null for commands. */
  readonly address: string | null;
};

export type AuditEntry = AuditEvent & {
  /** Counts from 1 without holes. */
  readonly position: number;
  /** Unix ms. */
  readonly at: number;
};

export interface AuditQuery {
  /** Only entries before this position; from the newest when absent. */
  readonly before?: number;
  readonly limit: number;
  readonly who?: string;
  readonly kind?: AuditKind;
  /** Only entries whose object names this id. */
  readonly about?: string;
  /** Only what people of this agency did. */
  readonly agency?: string;
}

export interface AuditPage {
  /** Newest first. */
  readonly audit: readonly AuditEntry[];
  /** `before` of the next page; null at the beginning of all. A page may be empty although there are more. */
  readonly next: number | null;
}
