import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findServer } from '#support/find-server.ts';
import { GatewayProcess } from '#support/gateway-process.ts';
import { Influxd } from '#support/influxd.ts';
import { TempDir } from '#support/temp-dir.ts';
import { until } from '#support/until.ts';

/** The gateway tried with nothing but mosquitto_pub, mosquitto_sub, influx and curl, by the contract alone. */
const run = promisify(execFile);
const dir = new TempDir();
let influxd: Influxd;
let gateway: GatewayProcess;
let token: string;

beforeAll(async () => {
  influxd = await Influxd.start();
  gateway = await GatewayProcess.start(dir.path, {
    INFUSION_INFLUX_URL: influxd.url,
    INFUSION_INFLUX_DATABASE: 'infusion',
  });
  token = await gateway.token('nurse', 'night desk');
});
afterAll(async () => {
  await gateway?.stop();
  await influxd?.close();
  dir[Symbol.dispose]();
});

const pub = (topic: string, message: string, ...more: string[]) =>
  run(findServer('mosquitto_pub'), [
    ...['-h', '127.0.0.1', '-p', String(gateway.mqttPort), '-q', '1', '-t', topic, '-m', message],
    ...more,
  ]);

async function curl(path: string, ...more: string[]): Promise<{ status: number; body: unknown }> {
  const { stdout } = await run('curl', [
    ...['-sS', '-w', '\n%{http_code}', '-H', `Authorization: Bearer ${token}`, ...more],
    `${gateway.httpUrl}${path}`,
  ]);
  const cut = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(cut + 1)), body: JSON.parse(stdout.slice(0, cut)) };
}

const influx = async (query: string): Promise<string> => {
  const args = ['-host', '127.0.0.1', '-port', String(influxd.port), '-database', 'infusion', '-format', 'csv'];
  return (await run('influx', [...args, '-execute', query])).stdout;
};

const message = (boot: string, ...readings: Record<string, unknown>[]): string =>
  JSON.stringify({ boot, readings: readings.map((one) => ({ state: 'infusing', ...one })) });

describe('with public tools', () => {
  const now = Date.now();
  const topic = 'infusion/v1/home-7/pump-a/readings';

  it('a reading that mosquitto_pub sends is in the journal, in InfluxDB and in the pump list', async () => {
    await pub('infusion/v1/home-7/status', JSON.stringify({ state: 'online', boot: 'boot-1', at: now }), '-r');
    await pub(
      topic,
      message(
        'boot-1',
        { seq: 0, at: now - 2_000, rate_ml_h: 9, pressure_mmhg: 60, pressure_limit_mmhg: 500, alarms: [] },
        { seq: 1, at: now - 2_000, rate_ml_h: 9.5, pressure_mmhg: 80, pressure_limit_mmhg: 500, vendor: { x: 1 } },
      ),
    );
    const { body } = await curl('/api/v1/readings?pump=pump-a&limit=10');
    expect(body).toMatchObject({
      readings: [
        { hub: 'home-7', pump: 'pump-a', boot: 'boot-1', seq: 0, at: now - 2_000, rate_ml_h: 9, alarms: [] },
        { seq: 1, rate_ml_h: 9.5, vendor: { x: 1 } },
      ],
      next: null,
    });
    await until('the series', async () => (await influx('SELECT count(seq) FROM pump_reading')).includes(',2'));
    const rows = await influx(`SELECT rate_ml_h, seq, boot FROM pump_reading WHERE pump='pump-a' AND hub='home-7'`);
    expect(rows).toMatch(/,9,0,boot-1\n/);
    expect(rows).toMatch(/,9.5,1,boot-1\n/);
    const trend = await curl(`/api/v1/pumps/pump-a/trend?from=${now - 60_000}&to=${now}&points=6`);
    expect(trend).toMatchObject({ status: 200, body: { pump: 'pump-a', bucketMs: 10_000 } });
    expect(JSON.stringify(trend.body)).toContain('"pressureMmHg":80');
    const hubs = await curl('/api/v1/hubs');
    expect(hubs.body).toMatchObject({ hubs: [{ id: 'home-7', state: 'online', boot: 'boot-1' }] });
  });

  it('the same reading again changes nothing; the same identity with other content is a conflict', async () => {
    await pub(
      topic,
      message('boot-1', {
        seq: 1,
        at: now - 2_000,
        rate_ml_h: 9.5,
        pressure_mmhg: 80,
        pressure_limit_mmhg: 500,
        vendor: { x: 1 },
      }),
    );
    await pub(topic, message('boot-1', { seq: 1, at: now - 2_000, rate_ml_h: 77 }));
    expect((await curl('/api/v1/readings')).body).toMatchObject({ readings: [{ seq: 0 }, { seq: 1, rate_ml_h: 9.5 }] });
    expect((await curl('/api/v1/quarantine')).body).toMatchObject({
      quarantine: [{ hub: 'home-7', pump: 'pump-a', topic, code: 'sequence-conflict' }],
      next: null,
    });
  });

  it('an alarm becomes an alert that a nurse acknowledges, over mosquitto_pub and curl', async () => {
    const events = spawn('curl', ['-sSN', '-H', `Authorization: Bearer ${token}`, `${gateway.httpUrl}/api/v1/events`]);
    const heard: string[] = [];
    createInterface({ input: events.stdout }).on('line', (line) => heard.push(line));
    await until('the stream', () => heard.some((line) => line.includes('hello')));
    await pub(
      topic,
      message('boot-1', { seq: 2, at: Date.now(), pressure_mmhg: 510, alarms: ['occlusion-downstream'] }),
    );
    await until('the alert on the stream', () => heard.some((line) => line.includes('occlusion-downstream')));
    const open = await curl('/api/v1/alerts?state=open');
    expect(open.body).toMatchObject({
      alerts: [
        {
          pump: 'pump-a',
          hub: 'home-7',
          code: 'occlusion-downstream',
          priority: 'high',
          state: 'open',
          condition: 'active',
          response: 'unacknowledged',
          acknowledgedBy: null,
        },
      ],
    });
    const [id = ''] = JSON.stringify(open.body).match(/[0-9A-HJKMNP-TV-Z]{26}/) ?? [];
    const post = (action: string, body: unknown) =>
      curl(
        `/api/v1/alerts/${id}/${action}`,
        '-X',
        'POST',
        '-H',
        'Content-Type: application/json',
        '-d',
        JSON.stringify(body),
      );
    expect(await post('ack', { version: 99 })).toMatchObject({
      status: 409,
      body: { code: 'stale-version', alert: { id } },
    });
    expect(await post('ack', { version: 1 })).toMatchObject({
      status: 200,
      body: { response: 'acknowledged', acknowledgedBy: 'night desk', version: 2 },
    });
    await pub(topic, message('boot-1', { seq: 3, at: Date.now(), pressure_mmhg: 40, alarms: [] }));
    await until('clearing', async () =>
      JSON.stringify((await curl(`/api/v1/alerts/${id}`)).body).includes('"clearing"'),
    );
    expect((await curl('/api/v1/services')).body).toMatchObject({
      services: [
        { kind: 'remote-monitoring', performer: 'night desk', covered: true, bundled: true, separatelyPayable: false },
      ],
    });
    await until('the alarm series', async () => (await influx('SELECT * FROM pump_alarm')).split('\n').length >= 4);
    expect(await influx('SELECT active, code, priority FROM pump_alarm')).toMatch(/,1,occlusion-downstream,high\n/);
    events.kill();
  });

  it('a hub whose link breaks is offline by its last will', async () => {
    const will = JSON.stringify({ state: 'offline', boot: 'boot-9', at: now });
    const hub = spawn(findServer('mosquitto_sub'), [
      ...['-h', '127.0.0.1', '-p', String(gateway.mqttPort), '-t', 'infusion/v1/home-9/command'],
      ...['--will-topic', 'infusion/v1/home-9/status', '--will-payload', will, '--will-qos', '1', '--will-retain'],
    ]);
    await until('the hub', async () => {
      await pub('infusion/v1/home-9/status', JSON.stringify({ state: 'online', boot: 'boot-9', at: now }));
      return true;
    });
    const state = async () =>
      JSON.stringify((await curl('/api/v1/hubs')).body).match(/"id":"home-9","state":"(\w+)"/)?.[1];
    await until('online', async () => (await state()) === 'online');
    hub.kill('SIGKILL');
    await until('offline', async () => (await state()) === 'offline');
  });

  it('rubbish is refused with a reason, and its sender is acknowledged', async () => {
    await pub(topic, '{"boot":"boot-1","readings":[{"seq":9}');
    await pub('infusion/v1/bad id/status', '{}');
    const { body } = await curl('/api/v1/quarantine');
    expect(JSON.stringify(body)).toMatch(/"code":"not-json".*"code":"bad-hub-id"/);
  });

  it('export writes what /readings shows', async () => {
    const { stdout } = await gateway.command('export', '--format', 'jsonl', '--pump', 'pump-a');
    const lines = stdout
      .trim()
      .split('\n')
      .map((line): { seq: number } => JSON.parse(line));
    expect(lines.map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
    const csv = (await gateway.command('export', '--format', 'csv')).stdout.trim().split('\r\n').join('\n').split('\n');
    expect(csv[0]).toMatch(/^offset,hub,pump,boot,received_at,seq,at,state,/);
    expect(csv).toHaveLength(5);
  });

  it('needs a token, and serves its probes without one', async () => {
    const plain = async (path: string) => (await fetch(`${gateway.httpUrl}${path}`)).status;
    expect(await plain('/api/v1/alerts')).toBe(401);
    for (const path of ['/healthz', '/readyz', '/metrics', '/api/openapi.json']) expect(await plain(path)).toBe(200);
  });
});
