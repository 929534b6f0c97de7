import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WallMs } from '#kernel/time.ts';
import { CertificateAuthority } from '#registry/certificate-authority.ts';
import { KeyFolder } from '#registry/key-folder.ts';

/** An authority whose key is nowhere but in memory once this returns. */
export async function testAuthority(now: WallMs): Promise<CertificateAuthority> {
  const folder = mkdtempSync(join(tmpdir(), 'authority-'));
  try {
    return await CertificateAuthority.open(new KeyFolder(folder), now);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
