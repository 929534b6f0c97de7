import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findServer } from './find-server.ts';

/** A key and a request as a hub makes them, by the commands of docs/hubs.md. PEM. */
export function hubKey(name = 'hub'): { readonly key: string; readonly csr: string } {
  return inFolder((folder) => {
    openssl(folder, 'ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', 'hub-key.pem');
    openssl(folder, 'req', '-new', '-key', 'hub-key.pem', '-subj', `/CN=${name}`, '-out', 'hub.csr');
    return { key: read(folder, 'hub-key.pem'), csr: read(folder, 'hub.csr') };
  });
}

/** A certificate that vouches for itself. */
export function selfSigned(name: string): { readonly key: string; readonly certificate: string } {
  return inFolder((folder) => {
    const subject = ['-subj', `/CN=${name}`, '-days', '30', '-out', 'c.pem'];
    openssl(
      folder,
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      'k.pem',
      ...subject,
    );
    return { key: read(folder, 'k.pem'), certificate: read(folder, 'c.pem') };
  });
}

const openssl = (cwd: string, ...args: string[]) => execFileSync(findServer('openssl'), args, { cwd, stdio: 'pipe' });
const read = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

function inFolder<R>(work: (folder: string) => R): R {
  const folder = mkdtempSync(join(tmpdir(), 'hub-key-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
