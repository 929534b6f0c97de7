import type { AuditEvent, AuditPage, AuditQuery } from '#model/audit.ts';
import type { MaybePromise } from './ports.ts';

/** Where it is written down who did what. */
export interface AuditPort {
  /** Resolves when the event is kept, or when it cannot be kept now and will be later. Never rejects. */
  note(event: AuditEvent): Promise<void>;
  page(query: AuditQuery): MaybePromise<AuditPage>;
}
