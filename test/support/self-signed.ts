import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { TempDir } from './temp-dir.ts';

/** A certificate of a server on 127.0.0.1 that is its own authority. */
export function selfSigned(): { readonly key: string; readonly cert: string } {
  using folder = new TempDir();
  const [key, cert] = [folder.file('key.pem'), folder.file('cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'pipe' });
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}
