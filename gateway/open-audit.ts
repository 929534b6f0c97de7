import { dirname, join } from 'node:path';
import { AuditLog } from '#audit/audit-log.ts';
import { HeadFile } from '#audit/head-file.ts';
import { AUDIT_HEADS, type DataDir } from '#journal/data-dir.ts';
import { SqliteStateStore } from '#journal/sqlite-state-store.ts';
import type { Clock } from '#kernel/clock.ts';
import { ed25519Signer, newSigningKey } from '#kernel/head-signer.ts';
import type { Logger } from '#kernel/log.ts';
import { KeyFolder } from '#registry/key-folder.ts';

/** The audit trail of a data folder; works beside a running gateway. */
export function openAudit(
  files: Pick<DataDir, 'audit'>,
  keysDir: string,
  clock: Clock,
  log: Logger,
): { readonly audit: AuditLog; close(): void } {
  const signer = ed25519Signer(new KeyFolder(keysDir).text('chains.pem', newSigningKey));
  const store = new SqliteStateStore(files.audit);
  const audit = new AuditLog({
    store,
    signer,
    witness: new HeadFile(join(dirname(files.audit), AUDIT_HEADS)),
    clock,
    log,
  });
  return {
    audit,
    close: () => {
      audit.close();
      store.close();
    },
  };
}
