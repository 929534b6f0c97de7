import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { expect, test } from 'vitest';
import { buildTwinApi } from '#support/api-twins.ts';
import { TempDir } from '#support/temp-dir.ts';

test('with a certificate the API speaks TLS, and says so to browsers', async () => {
  using folder = new TempDir();
  const [key, cert] = [folder.file('key.pem'), folder.file('cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', cert, ...subject], { stdio: 'pipe' });
  const ca = readFileSync(cert, 'utf8');
  const twins = await buildTwinApi({ tls: { cert: ca, key: readFileSync(key, 'utf8') } });
  const url = await twins.api.listen('127.0.0.1', 0);
  expect(url).toMatch(/^https:/);
  const headers = await new Promise((resolve, reject) => {
    get(`${url}/healthz`, { ca, agent: false }, (response) => {
      response.resume();
      resolve(response.headers);
    }).on('error', reject);
  });
  expect(headers).toMatchObject({ 'strict-transport-security': 'max-age=31536000' });
  await expect(fetch(url.replace('https:', 'http:'))).rejects.toThrow();
  await twins.api.close();
});
