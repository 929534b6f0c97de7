import { execFileSync } from 'node:child_process';
import { findServer } from './find-server.ts';
import type { TempDir } from './temp-dir.ts';

/** Paths of PEM files. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  /** Of a client whose common name is `client`. */
  readonly client: { readonly cert: string; readonly key: string };
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];

/** An authority of its own, a server on 127.0.0.1 and one client, valid for two days. */
export function makeCertificates(dir: TempDir, client: string): Certificates {
  const openssl = (...args: string[]) => execFileSync(findServer('openssl'), args, { stdio: 'pipe' });
  const file = (name: string) => dir.file(name);
  const ca = file('ca.pem');
  openssl('req', '-x509', ...CURVE, '-days', '2', '-subj', '/CN=test authority', '-keyout', file('ca.key'), '-out', ca);
  const signed = (name: string, subject: string, extension: string) => {
    const [cert, key] = [file(`${name}.pem`), file(`${name}.key`)];
    openssl(
      ...['req', '-x509', ...CURVE, '-days', '2', '-CA', ca, '-CAkey', file('ca.key'), '-subj', `/CN=${subject}`],
      ...['-addext', 'basicConstraints=critical,CA:FALSE', '-addext', extension, '-keyout', key, '-out', cert],
    );
    return { cert, key };
  };
  return {
    ca,
    server: signed('server', '127.0.0.1', 'subjectAltName=IP:127.0.0.1'),
    client: signed('client', client, 'extendedKeyUsage=clientAuth'),
  };
}
