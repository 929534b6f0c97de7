import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ApiTwins, buildTwinApi } from '#support/api-twins.ts';
import { TempDir } from '#support/temp-dir.ts';

let twins: ApiTwins;
beforeEach(async () => {
  twins = await buildTwinApi({ metricsOpen: true });
});
afterEach(() => twins.api.close());

const read = (url: string, headers: Record<string, string> = {}) => twins.api.app.inject({ url, headers });

describe('probes', () => {
  test('healthz says that the process is alive even when it is not ready', async () => {
    twins.system.current = { ...twins.system.current, ready: false };
    const response = await read('/healthz');
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
  });

  test('readyz is 503 with the reasons when not ready', async () => {
    expect((await read('/readyz')).json()).toEqual({ ready: true, problems: [] });
    const problem = { code: 'storage-refused', says: 'The disk is full.', next: 'Free space.' };
    twins.system.current = { ...twins.system.current, ready: false, problems: [problem] };
    const response = await read('/readyz');
    expect([response.statusCode, response.json()]).toEqual([503, { ready: false, problems: [problem] }]);
  });

  test('metrics name routes by pattern, and no id', async () => {
    await read('/api/v1/pumps/some-pump', twins.bearer('nurse'));
    const response = await read('/metrics');
    expect(response.headers['content-type']).toBe(twins.metrics.contentType);
    expect(response.body).toContain(
      'infusion_http_request_duration_seconds_count{method="GET",route="/api/v1/pumps/:id",status="404"} 1',
    );
    expect(response.body).toContain('infusion_event_streams 0');
    expect(response.body).not.toContain('some-pump');
  });

  test('system is shown whole', async () => {
    expect((await read('/api/v1/system', twins.bearer('billing'))).json()).toEqual(twins.system.current);
  });
});

describe('the OpenAPI description', () => {
  test('lists every route with its answers, and who must sign in', async () => {
    const { openapi, paths } = (await read('/api/openapi.json')).json();
    expect(openapi).toBe('3.1.0');
    const described = Object.entries<Record<string, { security: unknown[]; responses: object }>>(paths).flatMap(
      ([path, calls]) =>
        Object.entries(calls).map(([method, call]) => {
          const open = call.security.length === 0;
          expect(Object.keys(call.responses)).toEqual(expect.arrayContaining(['4XX', '5XX']));
          return `${method.toUpperCase()} ${path} ${open ? 'open' : 'signed in'}`;
        }),
    );
    const expected = twins.api.routes
      .filter(
        ({ method, url }) => method !== 'HEAD' && url !== '/' && !url.startsWith('/a/') && url !== '/api/openapi.json',
      )
      .map(({ method, url, needs }) => {
        return `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')} ${needs === 'open' ? 'open' : 'signed in'}`;
      });
    expect(described.sort()).toEqual(expected.sort());
    expect(expected.length).toBeGreaterThan(20);
  });
});

describe('the console', () => {
  test('that is not built says how to build it', async () => {
    const response = await read('/');
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(response.body).toContain('npm run build:console');
  });

  test('that is built is served: hashed files kept for good, the page asked for anew', async () => {
    using folder = new TempDir();
    mkdirSync(folder.file('assets'));
    writeFileSync(folder.file('index.html'), '<!doctype html><title>Console</title>');
    writeFileSync(folder.file('assets/index-a1b2c3.js'), 'export {};');
    writeFileSync(folder.file('.secret'), 'hidden');
    const built = await buildTwinApi({ consoleFolder: folder.path });
    const get = (url: string) => built.api.app.inject({ url });
    const page = await get('/');
    expect([page.body, page.headers['cache-control']]).toEqual(['<!doctype html><title>Console</title>', 'no-cache']);
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    const script = await get('/assets/index-a1b2c3.js');
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(script.headers['content-type']).toContain('javascript');
    for (const url of ['/none.js', '/assets', '/../package.json', '/%2e%2e/package.json', '/assets/..%2f..%2fx']) {
      const response = await get(url);
      expect([url, response.statusCode >= 400 && response.statusCode < 500]).toEqual([url, true]);
      expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    }
    expect((await get('/api/v1/me')).statusCode).toBe(401);
    expect((await get('/.secret')).statusCode).toBeGreaterThanOrEqual(400);
    await built.api.close();
  });
});

test('a port that is taken is named', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(twins.api.listen('127.0.0.1', port)).rejects.toMatchObject({
    code: 'port-in-use',
    detail: `HTTP 127.0.0.1:${port}.`,
  });
  await new Promise((resolve) => other.close(resolve));
});
