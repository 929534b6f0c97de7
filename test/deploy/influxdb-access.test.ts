import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TempDir } from '#support/temp-dir.ts';
import { root, serviceOf } from './compose-file.ts';

const run = promisify(execFile);

/** Stands for InfluxDB 2: the two calls of its API that the script makes (InfluxDB OSS 2.x API reference). */
class BucketServer {
  readonly made: unknown[] = [];
  readonly tokens = new Set(['operator']);
  readonly buckets = new Map([
    ['infusion', 'b1'],
    ['infusion/minutes', 'b2'],
  ]);
  readonly #server: Server;

  constructor() {
    this.#server = createServer(async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
      const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
      const token = request.headers.authorization?.replace('Token ', '') ?? '';
      if (!this.tokens.has(token)) send(401, { code: 'unauthorized' });
      else if (request.method === 'GET' && pathname === '/api/v2/buckets') {
        const name = searchParams.get('name') ?? '';
        const id = this.buckets.get(name);
        if (id !== undefined && searchParams.get('org') === 'infusion')
          send(200, { buckets: [{ id, orgID: 'o1', name }] });
        else send(404, { code: 'not found' });
      } else if (request.method === 'POST' && pathname === '/api/v2/authorizations') {
        this.made.push(await json(request));
        this.tokens.add(`made-${this.made.length}`);
        send(201, { id: 'a1', token: `made-${this.made.length}` });
      } else send(404, { code: 'not found' });
    });
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('deploy/influxdb/gateway-token.ts', () => {
  let dir: TempDir;
  let server: BucketServer;
  let environment: Record<string, string>;
  beforeEach(async () => {
    dir = new TempDir();
    server = new BucketServer();
    writeFileSync(dir.file('operator'), 'operator\n');
    environment = Object.fromEntries(
      Object.entries(serviceOf('influxdb-access').environment ?? {}).map(([name, value]) => [name, String(value)]),
    );
    environment['INFUSION_INFLUX_URL'] = await server.start();
    environment['INFUSION_INFLUX_TOKEN_FILE'] = dir.file('operator');
  });
  afterEach(() => {
    server.close();
    dir[Symbol.dispose]();
  });

  const script = join(root, 'deploy/influxdb/gateway-token.ts');
  const make = () => run(process.execPath, [script, dir.file('token')], { env: environment });

  it('makes a token for the two buckets alone, that its owner alone reads', async () => {
    await make();
    const permissions = ['b1', 'b2'].flatMap((id) =>
      ['read', 'write'].map((action) => ({ action, resource: { type: 'buckets', id, orgID: 'o1' } })),
    );
    expect(server.made).toEqual([{ orgID: 'o1', description: 'infusion-gateway', permissions }]);
    expect(readFileSync(dir.file('token'), 'utf8')).toBe('made-1');
    expect(statSync(dir.file('token')).mode & 0o777).toBe(0o600);
  });

  it('leaves a token that works, and replaces one that does not', async () => {
    await make();
    await make();
    expect(server.made.length).toBe(1);
    server.tokens.delete('made-1');
    await make();
    expect(readFileSync(dir.file('token'), 'utf8')).toBe('made-2');
  });

  it('fails with words, and writes nothing, when the operator token or the bucket is wrong', async () => {
    writeFileSync(dir.file('operator'), 'other');
    await expect(make()).rejects.toThrow(/no bucket infusion, infusion\/minutes in infusion/);
    writeFileSync(dir.file('operator'), 'operator');
    server.buckets.delete('infusion/minutes');
    await expect(make()).rejects.toThrow(/no bucket infusion\/minutes in/);
    expect(existsSync(dir.file('token'))).toBe(false);
  });
});

describe('deploy/influxdb/10-access.sh', () => {
  it('gives Grafana the right to read, by the influx command line', () => {
    using dir = new TempDir();
    writeFileSync(
      dir.file('influx'),
      `#!/bin/sh\nprintf '%s|' "$@" >> ${dir.file('calls')}; echo >> ${dir.file('calls')}\n`,
    );
    chmodSync(dir.file('influx'), 0o755);
    writeFileSync(dir.file('password'), 'of-grafana');
    const text = readFileSync(join(root, 'deploy/influxdb/10-access.sh'), 'utf8').replace(
      '/run/secrets/influxdb-grafana-password',
      dir.file('password'),
    );
    execFileSync('bash', ['-c', text], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: `${dir.path}:${process.env['PATH']}`,
        DOCKER_INFLUXDB_INIT_ORG: 'org',
        DOCKER_INFLUXDB_INIT_BUCKET: 'infusion',
        DOCKER_INFLUXDB_INIT_BUCKET_ID: 'b1',
      },
    });
    expect(readFileSync(dir.file('calls'), 'utf8').trim().split('\n')).toEqual([
      'v1|auth|create|--org|org|--read-bucket|b1|--description|Grafana, read only|--username|grafana|--password|of-grafana|',
    ]);
    // The image runs only what is executable.
    expect(statSync(join(root, 'deploy/influxdb/10-access.sh')).mode & 0o111).toBe(0o111);
  });
});
