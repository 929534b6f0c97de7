import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SystemClock } from '#kernel/system-clock.ts';
import { Influx1Store } from '#series/influx1.ts';
import { Influx2Store } from '#series/influx2.ts';
import type { SeriesStore } from '#series/series-store.ts';
import { findServer } from '#support/find-server.ts';
import { TempDir } from '#support/temp-dir.ts';

const dir = new TempDir();
const key = dir.file('key.pem');
const certificate = dir.file('certificate.pem');
const seen: { path: string; authorization: string }[] = [];
const { signal } = new AbortController();
let url = '';
let stop = () => {};

beforeAll(async () => {
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const form = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '2'];
  execFileSync(findServer('openssl'), ['req', '-x509', ...form, '-keyout', key, '-out', certificate, ...subject], {
    stdio: 'ignore',
  });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (request, response) => {
    seen.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '' });
    request.resume().on('end', () => response.writeHead(204).end());
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const address = server.address();
  url = `https://localhost:${typeof address === 'object' && address !== null ? address.port : 0}/influx/`;
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterAll(() => {
  stop();
  dir[Symbol.dispose]();
});

const clock = new SystemClock();
const influx1 = (ca: { ca?: string }): SeriesStore =>
  new Influx1Store({ url, database: 'd', username: 'u', password: 'p', ...ca }, clock);
const influx2 = (ca: { ca?: string }): SeriesStore =>
  new Influx2Store({ url, org: 'o', bucket: 'b', token: 't', ...ca }, clock);

describe.each([
  ['1.x', influx1, '/influx/write?db=d&precision=n', 'Basic dTpw'],
  ['2.x', influx2, '/influx/api/v2/write?org=o&bucket=b&precision=ns', 'Token t'],
] as const)('InfluxDB %s behind TLS and a path', (_name, make, path, authorization) => {
  it('is trusted by the certificate it is given', async () => {
    const store = make({ ca: readFileSync(certificate, 'utf8') });
    await store.write(['m f=1 1'], signal);
    expect(seen.at(-1)).toEqual({ path, authorization });
    await store.close();
  });

  it('is told nothing when its certificate is unknown', async () => {
    const before = seen.length;
    const store = make({});
    await expect(store.write(['m f=1 1'], signal)).rejects.toMatchObject({ code: 'peer-unavailable' });
    expect(seen).toHaveLength(before);
    await store.close();
  });
});
