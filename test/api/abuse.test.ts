import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';
import { TempDir } from '#support/temp-dir.ts';

/** A real port and bytes as they are: clients would mend half of these before they leave. */
let dir: TempDir;
let twins: ApiTwins;
let port: number;
let sockets: Socket[];
beforeEach(async () => {
  dir = new TempDir();
  sockets = [];
  mkdirSync(dir.file('console'));
  writeFileSync(dir.file('console/index.html'), 'the console');
  writeFileSync(dir.file('secret.txt'), 'a secret beside the console');
  twins = await buildTwinApi({ consoleFolder: dir.file('console') });
  port = Number(new URL(await twins.api.listen('127.0.0.1', 0)).port);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await twins.api.close();
  dir[Symbol.dispose]();
});

async function open(): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

/** All that comes back for these bytes, until the other side closes. */
async function say(...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = await open();
  const got: Buffer[] = [];
  socket.on('data', (part: Buffer) => void got.push(part));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const part of parts) socket.write(part);
  await closed;
  return Buffer.concat(got).toString('latin1');
}

const head = (line: string, ...headers: readonly string[]): string =>
  `${[`${line} HTTP/1.1`, 'Host: gateway', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;
const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);

it.each([
  '/../secret.txt',
  '/..%2fsecret.txt',
  '/%2e%2e/secret.txt',
  '/%2e%2e%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/%252e%252e/secret.txt',
  '//secret.txt',
  '/.%00./secret.txt',
  '/index.html/../../secret.txt',
  '/assets/..%2f..%2fsecret.txt',
])('%s leads to no file beside the console', async (path) => {
  const answer = await say(head(`GET ${path}`));
  expect([400, 403, 404]).toContain(statusOf(answer));
  expect(answer).not.toContain('a secret');
});

it('connections that say half of a request and no more hold up nobody, and the gateway ends all the same', async () => {
  const slow = await Promise.all(Array.from({ length: 300 }, open));
  for (const [i, socket] of slow.entries()) socket.write(head('GET /healthz').slice(0, 10 + (i % 40)));
  for (let i = 0; i < 20; i += 1) expect(statusOf(await say(head('GET /healthz')))).toBe(200);
  // After this time the server itself cuts them off.
  expect(twins.api.app.server.requestTimeout).toBeLessThanOrEqual(30_000);
  expect(twins.api.app.server.headersTimeout).toBeLessThanOrEqual(60_000);
});

it('a body that unpacks to very much is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(32 * 1024 ** 2, ' '));
  expect(bomb.length).toBeLessThan(64 * 1024);
  const answer = await say(
    head(
      'POST /api/v1/session',
      'Content-Type: application/json',
      'Content-Encoding: gzip',
      `Content-Length: ${bomb.length}`,
    ),
    bomb,
  );
  expect([400, 415]).toContain(statusOf(answer));
});

it.each([
  ['two lengths', ['Content-Length: 2', 'Content-Length: 40']],
  ['a length and chunks', ['Content-Length: 2', 'Transfer-Encoding: chunked']],
  ['chunks of another name', ['Transfer-Encoding: xchunked']],
  ['a length that is none', ['Content-Length: -2']],
  ['very long headers', [`X-Long: ${'x'.repeat(17_000)}`]],
  ['no name', [': x']],
])('a request with %s is refused, and what follows it is no request', async (_what, headers) => {
  const hidden = head('GET /healthz');
  const answer = await say(head('POST /api/v1/session', 'Content-Type: application/json', ...headers), `{}${hidden}`);
  expect(statusOf(answer)).toBeGreaterThanOrEqual(400);
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
});

it('a link, a session that was ended and a token that was never given let nobody in', async () => {
  const post = (payload: object) => twins.api.app.inject({ method: 'POST', url: '/api/v1/session', payload });
  const token = twins.access.addLink('ana', 'nurse');
  const cookie = String((await post({ token })).headers['set-cookie']).split(';')[0] ?? '';
  expect((await post({ token })).statusCode).toBe(410);
  const me = () => twins.api.app.inject({ url: '/api/v1/me', headers: { cookie } });
  expect((await me()).statusCode).toBe(200);
  await twins.api.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: { cookie } });
  expect((await me()).statusCode).toBe(401);
  for (const authorization of ['Bearer ', 'Bearer x', `Bearer ${token}`, `Bearer ${cookie}`, 'Basic YTpi']) {
    expect((await twins.api.app.inject({ url: '/api/v1/me', headers: { authorization } })).statusCode).toBe(401);
  }
});
