import type { AuditLog } from '#audit/audit-log.ts';
import type { BenefitDesk } from '#benefit/desk/benefit-desk.ts';
import type { Chain } from '#kernel/sealed-stream.ts';

/** Every chain of a data folder, in the order in which `infusion-gateway verify` proves them. */
export function chainsOf({
  benefit,
  audit,
}: {
  readonly benefit: BenefitDesk;
  readonly audit: AuditLog;
}): readonly Chain[] {
  return [...benefit.chains(), audit];
}
